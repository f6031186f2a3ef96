"""How the values of events, policies and settings are read from text: numbers, days, codes, names.

A number is plain digits with at most one dot, a day is YYYY-MM-DD, a code is a word of the vocabulary or its Chinese
name. Everything else is refused with the code of a finding and, where it can be told, the text that was meant: the
reader of the file (shape) adds the place. Values that are typed already, as Python scripts give them, pass.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Final, Literal

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from returnledger.events.suggest import currency_meant, day_meant, last_of_month, near, number_meant, slug
from returnledger.terms import Method
from returnledger.words import Word, names

MAX_DIGITS: Final = 28
MAX_TEXT: Final = 4000
MAX_NAME: Final = 200
FIRST_YEAR: Final = 1900
LAST_YEAR: Final = 2199

RED_PENDING: Final = "pending"  # in the place of its number: the red invoice comes later

_NUMBER: Final = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_CURRENCY: Final = re.compile(r"[A-Z](?:[A-Z0-9'._-]{0,22}[A-Z0-9])?")
_TAG: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9\-_/.]*")
_ACCOUNT: Final = re.compile(r"(?:[A-Z]|[^\x00-\x7f])[\w\-]*(?::(?:[A-Z0-9]|[^\x00-\x7f])[\w\-]*)+")
_META_KEY: Final = re.compile(r"(?!rl-)[a-z][A-Za-z0-9\-_]+")
_CHECK: Final = re.compile(r"[a-z]+(?:-[a-z]+)*")
_DIGEST: Final = re.compile(r"[0-9a-fA-F]{64}")


class Form(Word):
    """What stands in a file where something else is due."""

    TEXT = "a text", "文本", "One text.", "一段文本。"
    LIST = "a list", "列表", "Values in square brackets or after dashes.", "方括号内或以短横线开头的一组值。"
    MAP = "keys with values", "键值", "Keys, each with its value.", "若干键及其值。"
    NOTHING = "nothing", "空", "No value.", "没有值。"
    FILE = "the file", "整个文件", "The top of the file.", "文件的最外层。"
    TABLE = "a table", "表格", "A table of events.", "事件表格。"


class Reads:
    """The way one kind of field reads its value; `schema` is what a JSON Schema says of it."""

    def __init__(self, read: Callable[[Any], Any], schema: JsonSchemaValue) -> None:
        """Hold the function from text to value and the JSON Schema of the text."""
        self.read = read
        self.schema = schema

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Tell pydantic to call `read` and nothing else."""
        return core_schema.no_info_plain_validator_function(
            self.read, serialization=core_schema.to_string_ser_schema(when_used="json")
        )

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """Tell pydantic what a JSON Schema says of the field."""
        return dict(self.schema)


def refused(code: str, **values: object) -> PydanticCustomError:
    """Return the error that the reader turns into the finding `code` with `values`."""
    return PydanticCustomError(code, code, values)


def form_of(value: object) -> Form:
    """Return what `value` is, as far as the form of a file goes."""
    if value is None:
        return Form.NOTHING
    if isinstance(value, dict):
        return Form.MAP
    return Form.LIST if isinstance(value, (list, tuple)) else Form.TEXT


def text_of(value: object) -> str:
    """Return `value` if it is one text; refuse a list or a map."""
    if isinstance(value, str):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise refused("text-expected", found=form_of(value))


def line_of(value: object, limit: int = MAX_TEXT) -> str:
    """Return a text on one line: white space and line breaks in it become one space, at its ends nothing."""
    text = " ".join(text_of(value).split())
    if not text:
        raise refused("text-empty")
    if len(text) > limit:
        raise refused("text-too-long", length=len(text), limit=limit)
    return text


def reference_of(value: object) -> str:
    """Return the text of a reference, exactly as it is written."""
    text = text_of(value)
    if not text.strip():
        raise refused("text-empty")
    if "\n" in text or "\t" in text or "\r" in text:
        raise refused("line-break-in-text")
    if len(text) > MAX_NAME:
        raise refused("text-too-long", length=len(text), limit=MAX_NAME)
    return text


def number_of(value: object, example: str = "12.50") -> Decimal:
    """Return the exact number that plain digits write; refuse exponents, commas, other digits and NaN."""
    if isinstance(value, Decimal) and value.is_finite():
        return value
    text = value if isinstance(value, str) else str(value) if isinstance(value, Decimal) else text_of(value)
    if not _NUMBER.fullmatch(text):
        meant = number_meant(text)
        raise refused("number-form", text=text[:100], example=meant or example)
    # A point and a minus sign are all that can stand beside digits here.
    if len(text) > MAX_DIGITS and (digits := sum(map(str.isdigit, text))) > MAX_DIGITS:
        raise refused("number-too-long", digits=digits, limit=MAX_DIGITS)
    return Decimal(text)


def _within(value: object, most: int, example: str) -> Decimal:
    number = number_of(value, example)
    if not 0 <= number <= most:
        meant = f"{number / 100:f}" if most == 1 and 0 < number <= 100 else example
        raise refused("number-range", text=str(value)[:100], least="0", most=str(most), example=meant)
    return number


def rate_of(value: object) -> Decimal:
    """Return a share of 1, such as a tax rate of 0.13."""
    if isinstance(value, str) and value.endswith(("%", "％")) and (meant := number_meant(value[:-1])):
        raise refused("number-form", text=value[:100], example=f"{Decimal(meant) / 100:f}")
    return _within(value, 1, "0.13")


def day_of(value: object) -> date:
    """Return the day that YYYY-MM-DD names."""
    if isinstance(value, date):
        return value
    text = text_of(value)
    if not _DAY.fullmatch(text):
        raise refused("date-form", text=text[:100], example=day_meant(text) or "YYYY-MM-DD")
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise refused("date-not-in-calendar", text=text, example=last_of_month(text)) from None
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        example = f"20{text[2:]}"
        raise refused("date-range", text=text, least=FIRST_YEAR, most=LAST_YEAR, example=example)
    return day


def truth_of(value: object) -> bool:
    """Return what `true` or `false` says."""
    if isinstance(value, bool):
        return value
    text = text_of(value)
    if text not in ("true", "false"):
        raise refused("truth-form", text=text[:100])
    return text == "true"


def word_of(vocabulary: type[Word], value: object) -> Word:
    """Return the word of `vocabulary` that a code, a Chinese name or an alias stands for."""
    text = text_of(value)
    spellings = names(vocabulary)
    word = spellings.get(text) or spellings.get(text.strip())
    if word is None:
        known = list(dict.fromkeys(spellings[spelling] for spelling in near(text, spellings)))
        raise refused("word-unknown", text=text[:100], nearest=known[0].value, known=known)
    return word


def _method_of(value: object) -> str:
    text = line_of(value, MAX_NAME)
    word = names(Method).get(text)
    return word.value if word else text


def _red_invoice_of(value: object) -> str:
    text = line_of(value, MAX_NAME)
    return RED_PENDING if text == "待开" else text


def _number_or_all(value: object) -> Decimal | Literal["all"]:
    return "all" if value in ("all", "全部") else number_of(value, "2")


def _by_pattern(pattern: re.Pattern[str], code: str, meant: Callable[[str], str]) -> Callable[[Any], str]:
    def read(value: Any) -> str:
        text = text_of(value)
        if not pattern.fullmatch(text):
            raise refused(code, text=text[:100], example=meant(text))
        return text

    return read


def _account_of(value: object) -> str:
    text = line_of(value, MAX_NAME)
    if not _ACCOUNT.fullmatch(text):
        raise refused("account-form", text=text[:100], example="Assets:Bank")
    return text


def words_schema(vocabulary: type[Word]) -> JsonSchemaValue:
    """Return the JSON Schema of a code: every code and Chinese name, with what each code means."""
    return {
        "enum": list(names(vocabulary)),
        "description": "; ".join(f"{word.value} ({word.zh})" for word in vocabulary),
    }


class Code(Reads):
    """A field that holds one code of `vocabulary`; Chinese names and aliases are read as their code."""

    def __init__(self, vocabulary: type[Word]) -> None:
        """Read a word of `vocabulary`."""
        super().__init__(lambda value: word_of(vocabulary, value), words_schema(vocabulary))


# YAML editors see 2 and 20.00 as numbers; the reader sees the digits.
_DIGITS: Final[JsonSchemaValue] = {
    "anyOf": [{"type": "number"}, {"type": "string", "pattern": rf"^{_NUMBER.pattern}$"}]
}
_TEXT: Final[JsonSchemaValue] = {"type": ["string", "number", "boolean"]}


def _text_like(pattern: re.Pattern[str]) -> JsonSchemaValue:
    return {"type": "string", "pattern": f"^{pattern.pattern}$"}


Number = Annotated[Decimal, Reads(number_of, _DIGITS)]
Money = Annotated[Decimal, Reads(number_of, _DIGITS)]
Quantity = Annotated[Decimal, Reads(lambda value: number_of(value, "2"), _DIGITS)]
NumberOrAll = Annotated[
    Decimal | Literal["all"], Reads(_number_or_all, {"anyOf": [{"const": "all"}, {"const": "全部"}, *_DIGITS["anyOf"]]})
]
Rate = Annotated[Decimal, Reads(rate_of, {"type": "number", "minimum": 0, "maximum": 1})]
Percent = Annotated[
    Decimal, Reads(lambda value: _within(value, 100, "5"), {"type": "number", "minimum": 0, "maximum": 100})
]
Day = Annotated[date, Reads(day_of, {"type": "string", "format": "date", "pattern": f"^{_DAY.pattern}$"})]
Truth = Annotated[bool, Reads(truth_of, {"type": "boolean"})]
Text = Annotated[str, Reads(line_of, _TEXT)]
Name = Annotated[str, Reads(lambda value: line_of(value, MAX_NAME), _TEXT)]
Reference = Annotated[str, Reads(reference_of, _TEXT)]
MethodName = Annotated[str, Reads(_method_of, {"anyOf": [{"enum": list(names(Method))}, {"type": "string"}]})]
RedInvoice = Annotated[str, Reads(_red_invoice_of, _TEXT)]
Currency = Annotated[str, Reads(_by_pattern(_CURRENCY, "currency-form", currency_meant), _text_like(_CURRENCY))]
Account = Annotated[str, Reads(_account_of, {"type": "string"})]
Tag = Annotated[str, Reads(_by_pattern(_TAG, "tag-form", lambda text: slug(text, "spring-sale")), _text_like(_TAG))]
MetaKey = Annotated[
    str, Reads(_by_pattern(_META_KEY, "meta-key-form", lambda text: slug(text, "department").lower()), _TEXT)
]
CheckCode = Annotated[
    str,
    Reads(_by_pattern(_CHECK, "check-code-form", lambda text: slug(text, "window-closed").lower()), _text_like(_CHECK)),
]
Digest = Annotated[str, Reads(_by_pattern(_DIGEST, "digest-form", str), _text_like(_DIGEST))]
