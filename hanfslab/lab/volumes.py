"""Volumes in libvirt's storage pool, written through libvirt so that no right to its folder is needed."""

import os
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import libvirt

from hanfslab.lab.connection import find, translated

POOL = "default"
FOLDER = "/var/lib/libvirt/images"
CHUNK = 1 << 20


def ensure_pool(connection: Any) -> Any:
    """The pool, made in libvirt's usual folder and started where it is missing."""
    with translated(f"storage pool {POOL}"):
        pool = find(connection.storagePoolLookupByName, POOL)
        if pool is None:
            pool = connection.storagePoolDefineXML(_pool_xml())
            pool.build()
            pool.setAutostart(True)
        if not pool.isActive():
            pool.create()
        return pool


def pool_path(pool: Any) -> str:
    """The pool's folder."""
    return ET.fromstring(pool.XMLDesc()).findtext("target/path") or FOLDER  # noqa: S314  libvirt's own


def free(pool: Any) -> int:
    """Bytes free in the pool."""
    return int(pool.info()[3])


def upload(pool: Any, name: str, source: Path) -> None:
    """Put a file into the pool as a raw volume, its holes left out; one of that name is replaced."""
    delete(pool, name)
    size = source.stat().st_size
    try:
        with translated(f"volume {name}"), source.open("rb") as file:
            volume = pool.createXML(_volume_xml(name, size))
            for start, length in extents(file.fileno(), size):
                _send(pool, volume, file.fileno(), start, length)
    except BaseException:  # Ctrl-C too: half a volume would be taken for a whole one
        delete(pool, name)
        raise


def _send(pool: Any, volume: Any, file: int, start: int, length: int) -> None:
    stream = pool.connect().newStream()
    volume.upload(stream, start, length)
    end = start + length
    while start < end:
        data = os.pread(file, min(CHUNK, end - start), start)
        while data:
            sent = stream.send(data)
            data, start = data[sent:], start + sent
    stream.finish()


def copy(pool: Any, name: str, to: str) -> None:
    """Copy a volume's bytes, whatever they are, its holes left out; a volume that is there is replaced."""
    with translated(f"volume {name}"):
        source = pool.storageVolLookupByName(name)
    delete(pool, to)
    try:
        with translated(f"volume {to}"):
            target = pool.createXML(_volume_xml(to, source.info()[1]))
            _pipe(pool.connect(), source, target)
    except BaseException:
        delete(pool, to)
        raise


def _pipe(connection: Any, source: Any, target: Any) -> None:
    inward, outward = connection.newStream(), connection.newStream()
    source.download(inward, 0, 0, libvirt.VIR_STORAGE_VOL_DOWNLOAD_SPARSE_STREAM)
    target.upload(outward, 0, 0, libvirt.VIR_STORAGE_VOL_UPLOAD_SPARSE_STREAM)
    inward.sparseRecvAll(lambda _stream, data, _: _send_all(outward, data),
                         lambda _stream, length, _: outward.sendHole(length), None)  # fmt: skip
    inward.finish()
    outward.finish()


def _send_all(stream: Any, data: bytes) -> int:
    rest = data
    while rest:
        rest = rest[stream.send(rest) :]
    return len(data)


def extents(file: int, size: int) -> Iterator[tuple[int, int]]:
    """Where a sparse file has data: start and length of each stretch."""
    end = 0
    while end < size:
        try:
            start = os.lseek(file, end, os.SEEK_DATA)
        except OSError:  # ENXIO: a hole to the end
            return
        end = os.lseek(file, start, os.SEEK_HOLE)
        yield start, end - start


def read_tail(pool: Any, name: str, limit: int) -> bytes:
    """The last bytes of a volume, such as a guest's console; empty when there is none."""
    with translated(f"volume {name}"):
        pool.refresh()
        volume = find(pool.storageVolLookupByName, name)
        size = volume.info()[1] if volume else 0
        if not size:
            return b""
        start = max(0, size - limit)
        stream = pool.connect().newStream()
        volume.download(stream, start, size - start)
        chunks: list[bytes] = []
        stream.recvAll(lambda _stream, data, kept: kept.append(data) and None, chunks)
        stream.finish()
    return b"".join(chunks)


def delete(pool: Any, *names: str) -> None:
    """Delete volumes, those that are there."""
    for name in names:
        volume = find(pool.storageVolLookupByName, name)
        if volume is not None:
            with translated(f"volume {name}"):
                volume.delete()


def _pool_xml() -> str:
    return f"<pool type='dir'><name>{POOL}</name><target><path>{FOLDER}</path></target></pool>"


def _volume_xml(name: str, size: int) -> str:
    root = ET.Element("volume")
    ET.SubElement(root, "name").text = name
    ET.SubElement(root, "capacity", unit="bytes").text = str(size)
    ET.SubElement(root, "allocation", unit="bytes").text = "0"
    ET.SubElement(ET.SubElement(root, "target"), "format", type="raw")
    return ET.tostring(root, encoding="unicode")
