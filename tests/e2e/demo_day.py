"""One day at the demo depot: what its local systems hand in, and what its chargers do."""
import datetime
import itertools

SITE = {"id": "demo-depot", "name": "Demo depot", "timezone": "Europe/Berlin", "country": "DE", "operator": "DE*DMO"}
CHARGERS = {
    "CP-03": {"id": "CP-03", "name": "Bay 3", "vendor": "Alfen", "model": "Eve Double", "serial": "ACE0012341",
              "firmware": "6.4.1"},
    "CP-07": {"id": "CP-07", "name": "Bay 7", "vendor": "Alfen", "model": "Eve Double", "serial": "ACE0012345",
              "firmware": "6.4.1"},
}
BUS_CARD = {"id": "psn_9c1f4be07a2d4c55b1e07d3a6f20c8e4", "type": "ISO14443", "group": "fleet"}
VAN_CARD = {"id": "psn_41d7a90c3be84f12a6c5509d7e21bb03", "type": "ISO14443", "group": "contractors"}


def payment(number, minor, charger, **changes):
    made = {"payment": f"pay_{number}", "reference": f"PSP-{number}", "status": "captured", "amount_minor": minor,
            "tax_minor": minor * 19 // 119, "currency": "EUR", "method": "card-present", "scheme": "visa",
            "last4": "4242", "terminal": "T-1", "provider": "payter", "receipt_number": f"R-{number}",
            "receipt_url": None, "session": None, "session_match": None, "site": SITE, "charger": CHARGERS[charger]}
    return dict(made, **changes)


def declined(number, minor, reason, code, retryable):
    return {"payment": f"pay_{number}", "reference": f"PSP-{number}", "status": "failed", "stage": "authorise",
            "reason": reason, "provider_code": code, "retryable": retryable, "amount_minor": minor, "currency": "EUR",
            "method": "card-present", "terminal": "T-1", "session": None, "site": SITE}


def user(number, status, **changes):
    made = {"user": f"usr-{number}", "external_ids": {"crm": str(number + 4479)}, "status": status, "group": "drivers",
            "cost_centre": "4711", "company": "Nordbus", "language": "de", "name": None, "email": None, "phone": None,
            "from": "members-app", "site": SITE}
    return dict(made, **changes)


def card(card_object, label, user_id, vehicle, valid_until):
    return {"card": card_object, "label": label, "user": user_id, "vehicle": vehicle, "valid_from": None,
            "valid_until": valid_until, "from": "members-app", "site": SITE}


def reservation(number, status, starts, expires, charger):
    return {"reservation": f"rsv_{number}", "number": str(number), "status": status, "starts": starts,
            "expires": expires, "card": BUS_CARD, "user": "usr-1042", "vehicle": "bus-4711", "from": "fleet-planner",
            "site": SITE, "charger": CHARGERS[charger], "connector": None}


def cancelled(number, minor, reason):
    return {"payment": f"pay_{number}", "reference": f"PSP-{number}", "status": "cancelled", "reason": reason,
            "amount_minor": minor, "currency": "EUR", "terminal": "T-1", "session": None, "site": SITE}


def rejected(card_object, reason, charger):
    return {"card": card_object, "reason": reason, "from": "members-app", "site": SITE, "charger": CHARGERS[charger],
            "connector": None}


def session_cost(number, charger, energy_wh, minor):
    return {"session": f"ses_{number}", "charger": CHARGERS[charger], "energy_wh": energy_wh,
            "cost": {"amount_minor": minor, "currency": "EUR"}, "from": "tariff-engine", "site": SITE}


def fault(number, severity, note):
    return {"incident": f"inc_{number}", "condition": "door-open", "title": "Door of the distribution board is open",
            "severity": severity, "note": note, "from": "building-management", "site": SITE}


def day(date):
    """The events of `date`, in order, as (time, source, type, subject, data)."""
    at = f"{date}T{{}}Z".format
    bay_7 = ("charger/CP-07/evse/1", "CP-07")
    return [
        ("05:58:10", "/members-app", "user.created", "user/usr-1042", user(1042, "active")),
        ("05:58:41", "/members-app", "card.assigned", "card/" + BUS_CARD["id"],
         card(BUS_CARD, "Bus 4711", "usr-1042", "bus-4711", None)),
        ("06:20:00", "/fleet-planner", "reservation.created", bay_7[0],
         reservation(311, "accepted", at("16:30:00"), at("17:00:00"), bay_7[1])),
        ("07:44:02", "/members-app", "user.created", "user/usr-1043",
         user(1043, "active", group="contractors", company="Elektro Petersen", cost_centre=None)),
        ("07:45:30", "/members-app", "card.assigned", "card/" + VAN_CARD["id"],
         card(VAN_CARD, "Van of Petersen", "usr-1043", "van-12", at("22:00:00"))),
        ("09:12:09", "/terminal/T-1", "payment.completed", "terminal/T-1", payment("8801", 942, "CP-03")),
        ("10:31:47", "/terminal/T-1", "payment.failed", "terminal/T-1",
         declined("8802", 2000, "insufficient_funds", "51", True)),
        ("10:32:36", "/terminal/T-1", "payment.completed", "terminal/T-1",
         payment("8803", 2000, "CP-03", scheme="mastercard", last4="0088")),
        ("10:33:10", "/terminal/T-1", "payment.cancelled", "terminal/T-1", cancelled("8806", 2000, "driver_left")),
        ("10:41:52", "/members-app", "card.rejected", "card/" + VAN_CARD["id"],
         rejected(VAN_CARD, "not_at_this_site", "CP-03")),
        ("11:02:00", "/building-management", "fault.raised", "site", fault("5501", "medium", None)),
        ("11:20:00", "/building-management", "fault.updated", "site", fault("5501", "high", "rain is forecast")),
        ("11:48:00", "/building-management", "fault.cleared", "site", fault("5501", "high", "closed by A. Weber")),
        ("11:55:04", "/tariff-engine", "session.updated", "charger/CP-03/evse/1",
         session_cost("7d10", "CP-03", 9400, 423)),
        ("12:05:00", "/members-app", "user.updated", "user/usr-1042", user(1042, "active", cost_centre="4712")),
        ("13:15:00", "/fleet-planner", "reservation.updated", bay_7[0],
         reservation(311, "accepted", at("16:45:00"), at("17:15:00"), bay_7[1])),
        ("14:40:18", "/fleet-planner", "reservation.cancelled", bay_7[0],
         reservation(311, "cancelled", at("16:30:00"), at("17:00:00"), bay_7[1])),
        ("14:41:00", "/fleet-planner", "reservation.created", bay_7[0],
         reservation(312, "accepted", at("18:00:00"), at("18:30:00"), bay_7[1])),
        ("15:02:11", "/fleet-planner", "reservation.refused", "charger/CP-03/evse/1",
         reservation(313, "refused", at("18:00:00"), at("18:30:00"), "CP-03")),
        ("17:20:55", "/terminal/T-1", "payment.failed", "terminal/T-1",
         declined("8804", 1500, "card_expired", "54", False)),
        ("18:04:09", "/fleet-planner", "reservation.used", bay_7[0],
         reservation(312, "used", at("18:00:00"), at("18:30:00"), bay_7[1])),
        ("19:00:00", "/fleet-planner", "reservation.created", bay_7[0],
         reservation(314, "accepted", at("20:00:00"), at("20:30:00"), bay_7[1])),
        ("19:03:21", "/terminal/T-1", "payment.completed", "terminal/T-1", payment("8805", 1764, "CP-07")),
        ("20:30:00", "/fleet-planner", "reservation.expired", bay_7[0],
         reservation(314, "expired", at("20:00:00"), at("20:30:00"), bay_7[1])),
        ("22:00:00", "/members-app", "card.revoked", "card/" + VAN_CARD["id"],
         card(VAN_CARD, "Van of Petersen", "usr-1043", "van-12", at("22:00:00"))),
        ("22:00:01", "/members-app", "user.updated", "user/usr-1043",
         user(1043, "blocked", group="contractors", company="Elektro Petersen", cost_centre=None)),
    ]


def as_cloud_event(natural, time, source, kind, subject, data):
    return {"specversion": "1.0", "id": natural, "source": source, "type": "io.chargehook." + kind, "subject": subject,
            "time": time, "datacontenttype": "application/json", "data": data}


def cloud_events():
    """The day before today: all of it has happened."""
    date = datetime.datetime.now(datetime.timezone.utc).date() - datetime.timedelta(days=1)
    for number, (time, source, kind, subject, data) in enumerate(day(date), 1):
        yield as_cloud_event(f"{date}/{number}", f"{date}T{time}Z", source, kind, subject, data)


def payments_without_end():
    """A terminal that never rests, for whoever watches."""
    for number in itertools.count(9001):
        now = datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        data = payment(str(number), 500 + number * 37 % 3000, "CP-03" if number % 2 else "CP-07")
        yield as_cloud_event(f"live/{number}", now, "/terminal/T-1", "payment.completed", "terminal/T-1", data)


CHARGER_STEPS = {
    "CP-07": ["status 0 Available", "status 1 Available", "status 1 Preparing", "authorize 04A2B3C4D5",
              "start 1 04A2B3C4D5", "status 1 Charging", "meter 1 6100", "meter 1 6140", "status 1 SuspendedEV",
              "meter 1 20", "stop 1 EVDisconnected", "status 1 Finishing", "status 1 Available",
              "start 1 04A2B3C4D5", "meter 1 900", "stop 1 Local", "heartbeat"],
    "CP-03": ["status 0 Available", "status 1 Available", "start 1 77C01299", "status 1 Charging", "meter 1 2200",
              "status 1 Faulted GroundFailure", "stop 1 EmergencyStop", "status 1 Available",
              "status 1 Available HighTemperature", "status 1 Available", "heartbeat"],
}

USUAL_POWER_W = 21_000
HIGH_POWER_W = 94_000  # above the import limit, and each phase above 90 % of its rating
PHASES = ("L1", "L2", "L3")

# Of a terminal that speaks MQTT; what was declined is no event.
MQTT_PAYMENTS = ['{"reference": "PSP-9901", "state": "captured", "amount": 1250, "currency": "EUR"}',
                 '{"reference": "PSP-9902", "state": "declined", "amount": 900, "currency": "EUR"}',
                 '{"reference": "PSP-9903", "state": "captured", "amount": 310, "currency": "EUR"}']

# What is told beside the events that are handed in: each list in this order, each event once.
EXPECTED = {
    ("CP-07", "state"): ["charger.connected", "charger.booted"] + ["charger.status_changed"] * 7
                        + ["charger.disconnected"],
    ("CP-07", "billing"): ["session.started", "session.ended"] * 2,
    ("CP-03", "state"): ["charger.connected", "charger.booted"] + ["charger.status_changed"] * 7
                        + ["charger.disconnected"],
    ("CP-03", "billing"): ["session.started", "session.ended"],
    ("CP-03", "safety"): ["fault.raised", "fault.cleared"] * 2,
    ("terminal/T-2", "billing"): ["payment.completed"] * 2,
    ("rule", "demo-depot/main/import-limit"): ["load_management.raised", "load_management.cleared"],
    **{("rule", f"demo-depot/main/{phase}/grid-phase-hot"): ["load_management.raised", "load_management.cleared"]
       for phase in PHASES},
    ("rule", "demo-depot/CP-03/charger-hot"): ["fault.raised", "fault.cleared"],
    # The gateway of itself: it starts, refuses a bad edit, takes a good one, and is started anew.
    ("gateway",): ["gateway.started", "gateway.config_rejected", "gateway.config_applied", "gateway.stopping",
                   "gateway.started"],
}
