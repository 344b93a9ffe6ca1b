import pytest

from returns_engine.rules.webhooks.receiver_address import is_public, problem_with


class TestAnAddress:
    @pytest.mark.parametrize("text", ["93.184.215.14", "2606:2800:21f:cb07::1", "64:ff9b::808:808"])
    def test_of_the_internet_is_public(self, text: str):
        assert is_public(text)

    @pytest.mark.parametrize(
        "text",
        [
            *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0"),  # noqa: S104 - nothing listens
            *("100.64.0.1", "192.0.2.1", "224.0.0.1", "255.255.255.255"),
            *("::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "ff02::1", "2001:db8::1"),
            *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe"),
            *("2002:7f00:1::", "2001:0:7f00:1::", "64:ff9b:1::1", "::7f00:1", "5f00::1"),
        ],
    )
    def test_of_our_own_network_is_not_however_it_is_wrapped(self, text: str):
        assert not is_public(text)


class TestAReceiver:
    @pytest.mark.parametrize(
        "url",
        [
            *("https://erp.example.com/hooks", "https://erp.example.com:8443/h?key=1"),
            *("https://93.184.215.14/h", "https://[2606:2800:21f:cb07::1]/h"),
        ],
    )
    def test_has_an_address_that_begins_with_https(self, url: str):
        assert problem_with(url, secure=True) is None

    @pytest.mark.parametrize("url", ["http://127.0.0.1:8080/h", "http://erp.test/h"])
    def test_may_be_anywhere_in_demo_and_tests(self, url: str):
        assert problem_with(url, secure=False) is None
        assert problem_with(url, secure=True) is not None

    @pytest.mark.parametrize(
        "url",
        [
            *("https://localhost/h", "https://api.localhost/h", "https://127.0.0.1/h"),
            *("https://[::1]/h", "https://10.0.0.1/h", "https://[::ffff:10.0.0.1]/h"),
        ],
    )
    def test_is_not_in_our_own_network(self, url: str):
        assert problem_with(url, secure=True) == "This address is in our own network."

    @pytest.mark.parametrize(
        "url",
        [
            *("", "erp.example.com", "ftp://erp.example.com/", "https://", "https://:443/"),
            *("https://user:word@erp.example.com/", "https://erp.example.com/#here"),
            *("https://erp.example.com:99999/", "https://erp.example.com:0/", "https://[::1"),
            *("https://erp.example.com/a b", "https://erp.example.com/ä", "https://a\n.example/"),
            "https://erp.example.com/" + "a" * 2048,
        ],
    )
    def test_has_a_plain_web_address(self, url: str):
        assert problem_with(url, secure=False) is not None
