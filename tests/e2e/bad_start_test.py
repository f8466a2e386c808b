#!/usr/bin/python3
"""A start that cannot be: the exit code says which kind, standard error says why and where."""
import argparse
import socket

from harness import Depot, UnixConnection, can_connect, require, run_test, write_file


def start(depot, **folders):
    where = {"config": depot.config, "state": depot.state, "runtime": depot.runtime, **folders}
    options = [part for name, folder in where.items() for part in (f"--{name}", folder)]
    return depot.command("run", *options)


def require_refusal(outcome, wanted_code, *wanted_words):
    code, out, err = outcome
    require(code == wanted_code, f"the start ended with {code}, not {wanted_code}: {out}{err}")
    for words in wanted_words:
        require(words in err, f"standard error does not say {words!r}: {err}")


def files_that_are_wrong_are_named_line_by_line_and_nothing_is_made(build):
    with Depot(build) as depot:
        write_file(depot.config / "site.yaml", "site:\n  id: test-depot\n  timezone: Europe/Berlyn\n  colour: red\n")
        require_refusal(start(depot), 2, "site.yaml:3:13: ", "site.yaml:4:3: ")
        require(not list(depot.state.iterdir()), "a journal was made for a configuration that is wrong")
        require(not list(depot.runtime.iterdir()), "a socket was made for a configuration that is wrong")


def a_folder_without_files_is_no_configuration(build):
    with Depot(build) as depot:
        require_refusal(start(depot, config=depot.folder / "nowhere"), 2, "nowhere")


def a_secret_that_is_missing_is_named(build):
    with Depot(build) as depot:
        depot.secret_file().unlink()
        require_refusal(start(depot), 2, "secrets/receiver", "receiver.yaml:5:")


def a_journal_belongs_to_one_gateway(build):
    with Depot(build) as depot:
        depot.start_gateway()
        depot.wait_for_intake()
        other = depot.folder / "other-run"
        other.mkdir()
        require_refusal(start(depot, runtime=other), 3, "journal: ")
        require(depot.gateway.is_running() and can_connect(depot.intake), "the first gateway no longer runs")
        require(depot.gateway.stop() == 0, "the gateway did not end well")


def a_file_that_is_no_journal_is_left_alone(build):
    with Depot(build) as depot:
        file = depot.state / "journal" / "data.mdb"
        write_file(file, "somebody's letters\n" * 1000)
        require_refusal(start(depot), 3, "journal: ")
        require(file.read_text(encoding="ascii").startswith("somebody's letters\n"), "the file was written to")


def a_socket_that_somebody_listens_on_stays_his(build):
    for name in ("ingest.sock", "api.sock"):
        with Depot(build) as depot, socket.socket(socket.AF_UNIX) as somebody:
            somebody.bind(str(depot.runtime / name))
            somebody.listen()
            require_refusal(start(depot), 3, name)
            require(can_connect(depot.runtime / name), f"{name} was taken from whoever listened there")


def a_socket_of_one_who_is_gone_is_replaced(build):
    with Depot(build) as depot:
        with socket.socket(socket.AF_UNIX) as gone:
            gone.bind(str(depot.intake))
        depot.start_gateway()
        depot.wait_for_intake()
        connection = UnixConnection(depot.intake)
        connection.request("GET", "/")
        require(connection.getresponse().status == 404, "the socket does not lead to the gateway")
        require(depot.gateway.stop() == 0, "the gateway did not end well")


def a_folder_for_sockets_that_cannot_be_made_is_named(build):
    with Depot(build) as depot:
        (depot.folder / "file").write_text("no folder")
        require_refusal(start(depot, runtime=depot.folder / "file" / "run"), 3, "file/run/api.sock")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", required=True, help="build folder")
    build = parser.parse_args().build
    for test in (files_that_are_wrong_are_named_line_by_line_and_nothing_is_made,
                 a_folder_without_files_is_no_configuration, a_secret_that_is_missing_is_named,
                 a_journal_belongs_to_one_gateway, a_file_that_is_no_journal_is_left_alone,
                 a_socket_that_somebody_listens_on_stays_his, a_socket_of_one_who_is_gone_is_replaced,
                 a_folder_for_sockets_that_cannot_be_made_is_named):
        print(test.__name__.replace("_", " "), flush=True)
        test(build)


if __name__ == "__main__":
    run_test(main)
