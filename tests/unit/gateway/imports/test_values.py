"""Prove that values are read as people write them, and refused with a reason where they cannot be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.gateway.imports import values, words
from services.gateway.imports.domain import BadValue

ARABIC_INDIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
PERSIAN = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")


def code_of(read, *arguments):
    with pytest.raises(BadValue) as refused:
        read(*arguments)
    return refused.value.code


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("120", 120), ("١٢٠", 120), ("۱۲۰ نفر", 120), ("1,250", 1250), ("١٬٢٥٠ عضوًا", 1250), ("حوالي 50", 50),
        ("40.0", 40), ("2 500", 2500), ("0", 0),
    ],
)  # fmt: skip
def test_whole_numbers(text, number):
    assert values.whole_number(text) == number


@pytest.mark.parametrize("text", ["كثير", "50-60", "3.5", "1/2", "12 في 2020", "²"])
def test_other_numbers_are_refused(text):
    assert code_of(values.whole_number, text) == "not_a_number"


@pytest.mark.parametrize("text", ["-5", "99999999999"])
def test_numbers_out_of_range_are_refused(text):
    assert code_of(values.whole_number, text) == "out_of_range"


@given(st.integers(0, values.MOST), st.sampled_from([{}, ARABIC_INDIC, PERSIAN]))
def test_numbers_read_in_any_digits(number, digits):
    assert values.whole_number(str(number).translate(digits)) == number


@pytest.mark.parametrize("text", [*words.YES, "نـعم", "YES", "بلي"])
def test_yes(text):
    assert values.yes_or_no(text) is True


@pytest.mark.parametrize("text", [*words.NO, "لا يُوجد"])
def test_no(text):
    assert values.yes_or_no(text) is False


def test_neither_yes_nor_no():
    assert code_of(values.yes_or_no, "ربما") == "not_yes_or_no"


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("نعم", (True, "")),
        ("لا", (False, "")),
        ("نعم - اليونيسف", (True, "اليونيسف")),
        ("نعم (منظمة الصحة)", (True, "منظمة الصحة")),
        ("yes: World Food Programme", (True, "World Food Programme")),
        ("بله با یونیسف", (True, "یونیسف")),
        ("لا، سابقًا مع اليونيسف", (False, "")),
    ],
)
def test_cooperation_may_name_the_partner(text, answer):
    assert values.cooperation(text) == answer


@pytest.mark.parametrize(
    ("text", "country", "year"),
    [
        ("2005-06-01", "EG", 2005), ("1/6/2005", "EG", 2005), ("٢٦ يناير ٢٠٢٠", "EG", 2020), ("1998", "EG", 1998),
        ("12 شباط 2001", "PS", 2001), ("December 24, 2014", "EG", 2014), ("2005-06-01T00:00:00", "EG", 2005),
        ("۱۳۸۴/۰۱/۰۱", "IR", 2005), ("1384/12/25", "IR", 2006), ("۵ دی ۱۳۹۰", "IR", 2011), ("1390", "IR", 2011),
        ("1/24/1970", "EG", 1970), ("مارس 2001", "EG", 2001), ("2009/٣", "EG", 2009),
    ],
)  # fmt: skip
def test_years_of_dates(text, country, year):
    assert values.year(text, country) == year


@pytest.mark.parametrize(
    ("text", "country", "day"),
    [
        ("2005-06-01", "EG", "2005-06-01"), ("1/6/2005", "EG", "2005-06-01"), ("٢٦ يناير ٢٠٢٠", "EG", "2020-01-26"),
        ("1/24/1970", "EG", "1970-01-24"), ("December 24, 2014", "EG", "2014-12-24"),
        ("1384/12/25", "IR", "2006-03-16"),
        ("۵ دی ۱۳۹۰", "IR", "2011-12-26"), ("2005-06-01T00:00:00", "EG", "2005-06-01"),
        ("1998", "EG", ""), ("مارس 2001", "EG", ""), ("2009/٣", "EG", ""),
    ],
)  # fmt: skip
def test_days_of_dates(text, country, day):
    assert values.day(text, country) == day


@pytest.mark.parametrize(
    "text",
    ["13/27/2014", "24/2/70", "قريبًا", "2005/2006", "1425", "30/2/2001", "1/2/3/2004", "2200000000", "9" * 5_000],
    ids=lambda text: text[:10],
)
def test_what_is_no_date_is_refused(text):
    assert code_of(values.year, text, "EG") == "not_a_date"


@given(st.dates(), st.sampled_from(["%d/%m/%Y", "%Y-%m-%d", "%m.%d.%Y"]), st.sampled_from([{}, ARABIC_INDIC, PERSIAN]))
def test_every_date_has_its_year(date, form, digits):
    if values.FIRST_YEAR <= date.year <= values.LAST_YEAR:
        assert values.year(date.strftime(form).translate(digits), "EG") == date.year


@pytest.mark.parametrize(
    ("text", "degrees"),
    [
        ("26.1642", 26.1642), ("٢٦٫١٦٤٢", 26.1642), ("26,1642", 26.1642), ("-26.5", -26.5), ("26.1642 N", 26.1642),
        ("26°9'51\"N", 26.164167), ("26° 9′ 51″ شمالاً", 26.164167), ("32°43'37\"E", 32.726944), ("12° S", -12.0),
        ("S 12.5", -12.5), ("34", 34.0),
    ],
)  # fmt: skip
def test_coordinates_in_many_forms(text, degrees):
    assert values.coordinate(text) == pytest.approx(degrees, abs=1e-5)


@pytest.mark.parametrize("text", ["north", "26.1.2", "26°75'", "1e3", "12 X", "N 12 S", "--"])
def test_other_coordinates_are_refused(text):
    assert code_of(values.coordinate, text) == "coordinates_invalid"


@pytest.mark.parametrize(
    "text",
    [
        "26.1642, 32.7267", "26.1642,32.7267", "(26.1642 ; 32.7267)", "٢٦٫١٦٤٢ ٣٢٫٧٢٦٧", "26.1642 32.7267",
        "26,1642 32,7267", "32.7267E 26.1642N", "26.1642N 32.7267E", "26.1642، 32.7267", "26.1642/32.7267",
    ],
)  # fmt: skip
def test_both_coordinates_in_one_cell(text):
    assert values.coordinates(text) == pytest.approx((26.1642, 32.7267))


def test_one_coordinate_alone_is_no_pair():
    assert code_of(values.coordinates, "26.1642") == "coordinates_invalid"


@given(st.floats(-90, 90), st.floats(-180, 180))
def test_any_decimal_pair_is_read_back(latitude, longitude):
    text = f"{latitude:.5f}, {longitude:.5f}"

    assert values.coordinates(text) == (float(f"{latitude:.5f}"), float(f"{longitude:.5f}"))


@pytest.mark.parametrize(
    ("text", "country", "number", "kind"),
    [
        ("096 0000001", "EG", "+20960000001", "voice"),
        ("٠٩٦٠٠٠٠٠٠١", "EG", "+20960000001", "voice"),
        ("0020 96 0000001", "EG", "+20960000001", "voice"),
        ("20 96 0000001", "EG", "+20960000001", "voice"),
        ("+972 59 0000000", "PS", "+970590000000", "cell"),
        ("972-56-0000000", "PS", "+970560000000", "cell"),
        ("00972590000000", "PS", "+970590000000", "cell"),
        ("۰۲۵-۰۰۰۰۰۰۰۱", "IR", "+982500000001", "voice"),
        ("19828", "EG", "19828", "voice"),
        ("الخط الساخن: ١٦٥٢٨", "EG", "16528", "voice"),
        ("تلفن ۱۲۳", "IR", "123", "voice"),
        ("Telephone 15335", "EG", "15335", "voice"),
        ("211", "US", "211", "voice"),
    ],
)
def test_phones(text, country, number, kind):
    assert values.phone(text, country) == {"number": number, "type": kind}


@pytest.mark.parametrize("text", ["٠٩٦ ١٢", "abc", "12", "شارع 123", "0" * 60, "1202 555 0123"])
def test_other_phones_are_refused(text):
    assert code_of(values.phone, text, "EG") == "not_a_phone"


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("info@Example.org", "info@example.org"),
        ("mailto:a.b@example.org", "a.b@example.org"),
        ("<x@example.org>;", "x@example.org"),
        ("info@مثال.مصر", "info@مثال.مصر"),
        ("info@Xn--mgbh0fb.xn--wgbh1c", "info@xn--mgbh0fb.xn--wgbh1c"),
    ],
)
def test_emails(text, address):
    assert values.email(text) == address


@pytest.mark.parametrize(
    "text",
    [
        "info(at)example.org",
        "info@",
        "@example.org",
        "a..b@example.org",
        "a b@example.org",
        "info@localhost",
        "ولي@example.org",
    ],
)
def test_other_emails_are_refused(text):
    assert code_of(values.email, text) == "not_an_email"


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("www.example.org", "https://www.example.org"),
        ("HTTP://example.org/a?b=1", "http://example.org/a?b=1"),
        ("facebook.com/example", "https://facebook.com/example"),
    ],
)
def test_websites(text, address):
    assert values.website(text) == address


@pytest.mark.parametrize("text", ["javascript:alert(1)", "ftp://example.org", "صفحة الفيسبوك", "info@example.org"])
def test_other_websites_are_refused(text):
    assert code_of(values.website, text) == "not_an_address"


@pytest.mark.parametrize("text", ["-", "—", "لا يوجد", "N/A", "ندارد", "..", "؟", ""])
def test_signs_for_nothing(text):
    assert values.is_nothing(text)


READERS = [
    values.whole_number,
    values.yes_or_no,
    values.cooperation,
    values.coordinate,
    values.coordinates,
    values.email,
    values.website,
]


@given(st.text(max_size=40), st.sampled_from(READERS))
def test_any_text_is_read_or_refused(text, read):
    try:
        read(text)
    except BadValue as refused:
        assert refused.code


@given(st.text(max_size=40), st.sampled_from(["EG", "IR", "PS", "JO"]))
def test_any_text_is_a_phone_and_a_date_or_refused(text, country):
    for read in (values.phone, values.year):
        try:
            read(text, country)
        except BadValue as refused:
            assert refused.code
