"""What heads in Japanese, Chinese, Korean, Cyrillic and Greek say, in words that the vocabulary knows."""

from __future__ import annotations

import re
import unicodedata

# In the order in which they are tried: longer words before those within them.
_WORDS = {
    # Japanese and Chinese
    "原麦汁浓度": "original extract", "外观浓度": "apparent extract", "真正浓度": "real extract", "罐温": "tank temp",
    "酒精度": "alcohol", "外観エキス": "apparent extract",
    "初期比重": "original gravity", "初比重": "original gravity",
    "原始比重": "original gravity", "最終比重": "final gravity", "最终比重": "final gravity",
    "终点比重": "final gravity", "目標比重": "target gravity", "外気温": "ambient temp", "気温": "ambient temp",
    "气温": "ambient temp", "氣溫": "ambient temp",
    "环境温度": "ambient temp", "環境温度": "ambient temp", "環境溫度": "ambient temp",
    "初始比重": "original gravity", "起始比重": "original gravity", "室温": "room temp", "室溫": "room temp",
    "庫内温度": "fridge temp", "水温": "water temp", "品温": "beer temp", "酒温": "beer temp", "液温": "liquid temp",
    "麦汁温度": "wort temp", "发酵温度": "fermentation temp", "発酵温度": "fermentation temp", "温度": "temp",
    "溫度": "temp", "日時": "datetime", "日付": "date", "日期": "date", "年月日": "date", "測定日": "date",
    "計測日": "date", "時刻": "time", "時間": "time", "时间": "time", "比重": "gravity", "密度": "density",
    "糖度": "gravity", "ボーメ": "baume", "ブリックス": "brix", "経過": "elapsed", "日数": "days", "目標": "target",
    "目标": "target", "設定": "set", "设定": "set", "設定值": "set", "冷蔵庫": "fridge", "冰箱": "fridge",
    "麦汁": "wort", "ビール": "beer", "啤酒": "beer", "发酵罐": "fermenter", "発酵槽": "fermenter", "タンク": "tank",
    "ロット": "lot", "バッチ": "batch", "批次": "batch", "批号": "batch", "仕込": "batch",
    "室内": "room", "庫内": "fridge",
    # Korean
    "초기비중": "original gravity", "종료비중": "final gravity", "최종비중": "final gravity",
    "목표비중": "target gravity", "실내온도": "room temp", "실온": "room temp", "실내": "room",
    "외부온도": "outside temp",
    "냉장고": "fridge", "설정": "set", "목표": "target", "온도": "temp", "품온": "beer temp", "비중": "gravity",
    "당도": "gravity",
    "날짜": "date", "일자": "date", "일시": "datetime", "시간": "time", "시각": "time", "맥주": "beer",
    "맥즙": "wort", "발효조": "fermenter", "배치": "batch",
    # Russian, Ukrainian and Bulgarian: beginnings of words
    "дата": "date", "время": "time", "часы": "hours", "часов": "hours", "дни": "days", "дней": "days",
    "удельный вес": "gravity", "плътност": "gravity",
    "плотност": "gravity", "густина": "gravity", "начальн": "original", "початков": "original",
    "начальна": "original", "конечн": "final", "кінцев": "final", "целев": "target", "заданн": "target",
    "уставк": "setpoint", "температур": "temp", "темп": "temp", "комнат": "room", "помещени": "room",
    "кімнат": "room", "воздух": "air", "окружающ": "ambient", "холодильник": "fridge", "сусл": "wort", "пив": "beer",
    "брожени": "fermentation", "экстракт": "extract", "парти": "batch", "варк": "batch", "танк": "tank",
    "цкт": "tank", "брикс": "brix", "плато": "plato",
    "нач": "original",
    # Greek
    "ημερομηνια": "date", "ημερα": "day", "ωρα": "time", "θερμοκρασια": "temp", "πυκνοτητα": "density",
    "ειδικο βαρος": "specific gravity", "βαρυτητα": "gravity", "δωματιο": "room", "περιβαλλον": "ambient",
    "ψυγειο": "fridge", "στοχος": "target", "αρχικ": "original", "τελικ": "final",
}  # fmt: skip


def _folded(text: str) -> str:
    """In small letters without accents, Korean in its letters, as heads are."""
    return "".join(c for c in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(c))


_ENGLISH = {_folded(word): english for word, english in sorted(_WORDS.items(), key=lambda item: -len(item[0]))}
_LETTERS = r"[\u0370-\u03ff\u0400-\u04ff]*"  # what is behind the beginning of a Greek or Cyrillic word
_FOUND = re.compile("|".join(f"{re.escape(word)}{_LETTERS}" for word in _ENGLISH))


def translated(plain: str) -> str:
    """A head in small letters without accents with the words of these scripts in English; the same if it has none."""
    if plain.isascii() or not _FOUND.search(plain):
        return plain
    return " ".join(_FOUND.sub(_english, plain).split())


def _english(found: re.Match[str]) -> str:
    return f" {next(english for word, english in _ENGLISH.items() if found[0].startswith(word))} "


def known_words(text: str) -> int:
    """How many different words of these scripts stand in a text."""
    return len({found[0] for found in _FOUND.finditer(_folded(text))})
