"""A server that speaks S3's protocol, where moto and the client are installed."""

import subprocess
import sys
import uuid
from contextlib import contextmanager

import pytest

try:
    # Now: what a test imports pytester forgets, and fsspec would go on with the forgotten one.
    import s3fs
except ImportError:
    s3fs = None

SERVER = """
import threading
from moto.server import ThreadedMotoServer

server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
server.start()
print(server.get_host_and_port()[1], flush=True)
threading.Event().wait()
"""


@contextmanager
def s3_server():
    """Yield the process of one, which by the environment is every client's; it may be killed."""
    if s3fs is None:
        pytest.skip("needs pip install 'lowprec[s3]'")
    pytest.importorskip(
        "moto.server", reason="needs pip install 'aiobotocore[boto3]' 'moto[s3]' flask flask-cors"
    )
    with (
        subprocess.Popen([sys.executable, "-c", SERVER], stdout=subprocess.PIPE) as server,
        pytest.MonkeyPatch.context() as patch,
    ):
        settings = {
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{int(server.stdout.readline())}",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": "key",
            "AWS_SECRET_ACCESS_KEY": "secret",
        }
        for name, value in settings.items():
            patch.setenv(name, value)
        s3fs.S3FileSystem.clear_instance_cache()  # of a server before, that had another address
        try:
            yield server
        finally:
            server.kill()


def new_address():
    """Return a place on it in which nothing is stored."""
    bucket = f"b{uuid.uuid4().hex}"
    s3fs.S3FileSystem().mkdir(bucket)
    return f"s3://{bucket}/history"
