"""A plugin of nbdkit: a disk with a write cache that is gone when nbdkit is killed.

    nbdkit python volatile_disk.py file=IMAGE [kept=0.5] [seed=1]

What is written goes into the cache, sector by sector; a flush, and a write that asks for it (FUA), puts it into the
image. With `kept` the disk empties its cache as it likes: each sector written is in the image at once with that
probability, in no order.
"""
import os
import random

import nbdkit

API_VERSION = 2
SECTOR = 512

options = {"file": "", "kept": "0", "seed": "1"}
cache = {}  # the sectors that are not in the image, by number
image = -1
dice = random.Random()


def config(key, value):
    if key not in options:
        raise ValueError(f"no option {key}")
    options[key] = value


def after_fork():
    global image
    image = os.open(options["file"], os.O_RDWR)
    dice.seed(int(options["seed"]))


def thread_model():
    return nbdkit.THREAD_MODEL_SERIALIZE_ALL_REQUESTS


def open(_readonly):  # nbdkit's name for it
    return 1


def get_size(_handle):
    return os.fstat(image).st_size


def block_size(_handle):
    return (SECTOR, 4096, 1 << 20)


def can_fua(_handle):
    return nbdkit.FUA_NATIVE


def sectors(offset, length):
    return range(offset // SECTOR, (offset + length) // SECTOR)


def pread(_handle, into, offset, _flags):
    into[:] = os.pread(image, len(into), offset)
    for place, number in enumerate(sectors(offset, len(into))):
        if number in cache:
            into[place * SECTOR:(place + 1) * SECTOR] = cache[number]


def pwrite(_handle, data, offset, flags):
    for place, number in enumerate(sectors(offset, len(data))):
        sector = bytes(data[place * SECTOR:(place + 1) * SECTOR])
        if flags & nbdkit.FLAG_FUA or dice.random() < float(options["kept"]):
            os.pwrite(image, sector, number * SECTOR)
            cache.pop(number, None)
        else:
            cache[number] = sector


def flush(_handle, _flags):
    for number, sector in cache.items():
        os.pwrite(image, sector, number * SECTOR)
    cache.clear()
