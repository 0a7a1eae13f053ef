"""A person confirms what no sensor here can know, such as a passed forced diacetyl test."""

from typing import ClassVar

from pydantic import Field

from brewpi.control.conditions import Condition, Verdict, View
from brewpi.sentences import Sentence


class Operator(Condition):
    """`{ kind = "operator", confirms = "vdk" }`"""

    example: ClassVar[str] = '{ kind = "operator", confirms = "vdk" }'

    confirms: str = Field(
        pattern=r"^[a-z][a-z0-9_]*$", examples=["vdk"], description="the word an operator confirms, once a step"
    )

    def evaluate(self, view: View) -> Verdict:
        """Met once somebody has confirmed the word during this step."""
        met = self.confirms in view.confirmations
        if met:
            return Verdict(True, Sentence("{word} is confirmed", word=self.confirms))
        return Verdict(False, Sentence("{word} waits for an operator", word=self.confirms))
