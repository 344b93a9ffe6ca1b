from returns_engine.rules.order_number import spellings


class TestAnOrderNumberAsItIsTyped:
    def test_means_what_was_written_before_anything_else(self):
        assert spellings(" Order 7/B ")[0] == "order 7/b"
        assert spellings("EKR1001")[:2] == ["ekr1001", "ekr-1001"]

    def test_means_the_shops_number_with_its_sign_too(self):
        assert "#1001" in spellings("1001")
        assert "1001" in spellings("#1001")

    def test_is_not_guessed_where_letters_or_digits_are_missing(self):
        assert not any("ekr" in one for one in spellings("1001"))
        assert spellings("A-1-2") == ["a-1-2", "#a-1-2"]
