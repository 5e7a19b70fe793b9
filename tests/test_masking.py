"""No password in a message."""

import pytest

from lowprec.masking import masked, masked_address


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("https://user:secret@host/path.git", "https://***@host/path.git"),
        ("https://secret@host/path", "https://***@host/path"),
        ("HTTPS://user:se/c@re?t@host:80/path", "HTTPS://***@host:80/path"),
        ("elasticsearch+http://user:secret@host/index", "elasticsearch+http://***@host/index"),
        ("http:/user:secret@host", "http:/***@host"),
        ("user:secret@host/path", "***@host/path"),
        ("https://host/path?token=secret", "https://host/path?***"),
        ("https://user:secret@host/path?token=secret", "https://***@host/path?***"),
        ("git@github.com:owner/name.git", "git@github.com:owner/name.git"),
        ("/home/a@b/remote.git", "/home/a@b/remote.git"),
        ("origin", "origin"),
        ("file:///home/x", "file:///home/x"),
    ],
)
def test_an_address(address, shown):
    assert masked_address(address) == shown
    assert masked(address) == shown
    assert masked(f"fatal: '{address}': not found", address) == f"fatal: '{shown}': not found"


@pytest.mark.parametrize(
    "address", ["https://user:se cret@host/x", "user:se cret@host/x", "http://h/?a='cret"]
)
def test_blanks_and_quotes_in_a_password(address):
    assert "cret" not in masked_address(address)
    assert "cret" not in masked(f"fatal: {address}: not found", address)


def test_what_git_says_of_an_address():
    said = "fatal: unable to access 'https://u:secret@host/': Could not resolve host: host"
    assert (
        masked(said) == "fatal: unable to access 'https://***@host/': Could not resolve host: host"
    )


def test_two_in_a_text_and_nothing_else_is_touched():
    text = "from https://a:secret@b/ to ssh://c:secret@d/, NN-I half: 50 % @ 2:1"
    assert masked(text) == "from https://***@b/ to ssh://***@d/, NN-I half: 50 % @ 2:1"
