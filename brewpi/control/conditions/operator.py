"""A person has confirmed what no sensor here can know, such as `vdk` for a passed forced diacetyl test."""

from typing import ClassVar, get_args

from pydantic import Field, field_validator

from brewpi.control.conditions import Condition, Verdict, View
from brewpi.records import Action
from brewpi.sentences import Sentence


class Operator(Condition):
    """`{ kind = "operator", confirms = "vdk" }`"""

    example: ClassVar[str] = '{ kind = "operator", confirms = "vdk" }'

    confirms: str = Field(
        pattern=r"^[a-z][a-z0-9_]*$", examples=["vdk"], description="the word an operator confirms, once a step"
    )

    @field_validator("confirms")
    @classmethod
    def _is_no_action(cls, value: str) -> str:
        if value in get_args(Action):
            raise ValueError(f'"{value}" is what operators say to a question of its own; take another word')
        return value

    def evaluate(self, view: View) -> Verdict:
        """Met once somebody has confirmed the word during this step."""
        met = self.confirms in view.confirmations
        if met:
            return Verdict(True, Sentence("{word} is confirmed", word=self.confirms))
        return Verdict(False, Sentence("{word} waits for an operator", word=self.confirms))
