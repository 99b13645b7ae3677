"""Sandboxes: inputs are the truth, everything else is made from them again."""

import re
import secrets
from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

ID_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"


_ANSWERS = re.compile(r"(?:sudo\s+)?(?:(?:kubectl\s+)?diff|[ef]?grep|cmp|test|\[)\s|(?:sudo\s+)?systemctl\s+(?:status|is-active|is-enabled|is-failed)\s")
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")
_COMMAND_ENDS = re.compile(r"[|;&\n]")
_NO = {1, 3, 4}
"""With what these programs say no: 1 for differs, nothing found, false; systemctl's 3 and 4 for a unit that does not run or that there is not. What goes wrong is 2 and more."""


def new_id() -> str:
    """Return a short name for an address, about 50 bits."""
    return "".join(secrets.choice(ID_ALPHABET) for _ in range(10))


def new_token() -> str:
    """Return an unguessable word for a share link."""
    return secrets.token_urlsafe(18)


class Sandbox(models.Model):
    """One world of one visitor, with its clock.

    The clock: at wall time `anchor_at` the virtual time was `anchor_ms`; since then it runs at `speed_milli` thousandths, but only until
    `lease_until`, which every look moves forward. A paused clock stands at `anchor_ms`.
    """

    id = models.CharField(primary_key=True, max_length=12, default=new_id, editable=False)
    world = models.CharField(max_length=20, default="kubernetes")
    scenario = models.CharField(max_length=40, default="basics")
    seed = models.PositiveIntegerField(default=1)
    engine_version = models.CharField(max_length=20)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="sandboxes", db_index=False)
    session_key = models.CharField(max_length=40, blank=True, db_index=True)
    lesson_key = models.CharField(max_length=120, blank=True)
    title = models.CharField(_("title"), max_length=80, blank=True)
    token = models.CharField(max_length=40, unique=True, default=new_token)
    api_token = models.CharField(max_length=40, unique=True, null=True, blank=True)
    api_until = models.DateTimeField(null=True, blank=True)
    head = models.PositiveIntegerField(default=0)
    input_bytes = models.PositiveBigIntegerField(default=0)
    given = models.PositiveIntegerField(default=0)
    """How many of its first inputs set it up, before its learner came: they are not shown, and nobody gets behind them."""
    given_ms = models.PositiveBigIntegerField(default=0)
    """The virtual time at which the learner came, if something was set up."""
    anchor_ms = models.PositiveBigIntegerField(default=0)
    anchor_at = models.DateTimeField(default=timezone.now)
    lease_until = models.DateTimeField(default=timezone.now)
    speed_milli = models.PositiveIntegerField(default=1000)
    is_paused = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    used_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("-used_at",)
        # Most sandboxes are of nobody who has logged in; an index that holds those, too, leads each such visitor through those of all.
        indexes = (models.Index(fields=("user", "-used_at"), condition=models.Q(user__isnull=False), name="sandboxes_of_people"),)

    def __str__(self) -> str:
        return self.title or self.id

    def virtual_ms(self, at: datetime) -> int:
        """Return the virtual time at a moment of wall time."""
        if self.is_paused:
            return self.anchor_ms
        elapsed_ms = int((min(at, self.lease_until) - self.anchor_at).total_seconds() * 1000)
        return self.anchor_ms + max(elapsed_ms, 0) * self.speed_milli // 1000

    def anchor(self, virtual_ms: int, at: datetime) -> None:
        """Fix the clock: now it is this virtual time."""
        self.anchor_ms, self.anchor_at = virtual_ms, at


class Kind(models.TextChoices):
    """What an input was."""

    LINE = "line", _("command")
    ACTION = "action", _("button")
    INTERRUPT = "interrupt", _("Ctrl-C")
    REQUEST = "request", _("API request")


class Entry(models.Model):
    """One input at one virtual time. `output` is a cache of what it printed, `prompt` of what stood before it in the terminal."""

    sandbox = models.ForeignKey(Sandbox, on_delete=models.CASCADE, related_name="entries")
    ordinal = models.PositiveIntegerField()
    at_ms = models.PositiveBigIntegerField()
    kind = models.CharField(max_length=10, choices=Kind.choices)
    input = models.TextField()
    prompt = models.CharField(max_length=80, blank=True, default="$ ")
    output = models.TextField(blank=True)
    status = models.SmallIntegerField(default=0)
    once = models.CharField(max_length=24, blank=True)
    """What a page calls this input, so that one whose answer was lost is not carried out again when it is sent again."""

    class Meta:
        ordering = ("ordinal",)
        constraints = (models.UniqueConstraint(fields=("sandbox", "ordinal"), name="one_entry_per_ordinal"),)

    def __str__(self) -> str:
        return f"{self.ordinal}: {self.input[:40]}"

    @property
    def has_failed(self) -> bool:
        """Say whether something went wrong. A program that compares or asks ends with a status of its own when its answer is no (POSIX diff, grep, test; `kubectl diff`; `systemctl status`), which is no failure."""
        if not self.status:
            return False
        line = self.input.strip()
        last = _COMMAND_ENDS.split(_QUOTED.sub("''", line.partition("\n")[0] if "<<" in line else line))[-1].lstrip()
        return not (self.kind == Kind.LINE and self.status in _NO and _ANSWERS.match(f"{last} "))


class Checkpoint(models.Model):
    """A compressed dump of the world after an entry: a cache, never the truth."""

    sandbox = models.ForeignKey(Sandbox, on_delete=models.CASCADE, related_name="checkpoints")
    ordinal = models.PositiveIntegerField()
    at_ms = models.PositiveBigIntegerField()
    dump = models.BinaryField()

    class Meta:
        ordering = ("ordinal",)
        constraints = (models.UniqueConstraint(fields=("sandbox", "ordinal"), name="one_checkpoint_per_ordinal"),)

    def __str__(self) -> str:
        return f"{self.sandbox_id} after {self.ordinal}"
