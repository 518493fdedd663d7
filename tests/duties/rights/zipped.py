"""Reading a ZIP as its owner would, WinZip AES (AE-2) included: written apart from what makes it."""

import hashlib
import hmac
import io
import struct
import zipfile
import zlib

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

_AES = 99


def opened(content: bytes, password: str = "") -> dict[str, str]:
    """Return the files of a ZIP by their names; every one is encrypted where there is a password.

    Bytes that are no text stand as surrogates.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert all((one.compress_type == _AES) == bool(password) for one in archive.infolist())
        if not password:
            return {
                one.filename: archive.read(one).decode("utf-8-sig", "surrogateescape")
                for one in archive.infolist()
            }
        return {
            one.filename: _decrypted(content, one, password).decode("utf-8-sig", "surrogateescape")
            for one in archive.infolist()
        }


def _decrypted(content: bytes, one: zipfile.ZipInfo, password: str) -> bytes:
    name, extra = struct.unpack_from("<HH", content, one.header_offset + 26)
    start = one.header_offset + 30 + name + extra
    sealed = content[start : start + one.compress_size]
    salt, check, body, tag = sealed[:16], sealed[16:18], sealed[18:-10], sealed[-10:]
    keys = hashlib.pbkdf2_hmac("sha1", password.encode(), salt, 1000, 66)
    assert keys[64:] == check
    assert hmac.digest(keys[32:64], body, "sha1")[:10] == tag
    blocks = b"".join(number.to_bytes(16, "little") for number in range(1, len(body) // 16 + 2))
    stream = Cipher(algorithms.AES(keys[:32]), modes.ECB()).encryptor().update(blocks)  # counted upwards
    plain = bytes(a ^ b for a, b in zip(body, stream, strict=False))
    return zlib.decompress(plain, wbits=-zlib.MAX_WBITS)
