"""A bucket of 23 l in a chest freezer with a lamp: what carries the heat is the air, and the air comes late."""

from scenario_harness import TICK_S, Harness

HOUR = 3600.0
BEER_J_K, AIR_J_K = 96_000.0, 6_000.0  # 23 l; air, walls and shelf
BEER_AIR_W_K, AIR_ROOM_W_K = 4.0, 1.5
FREEZER_W, LAMP_W, ROOM_C = 120.0, 100.0, 22.0


class ChestFreezer(Harness):
    """The beer follows the air, the air follows freezer, lamp and room."""

    def __init__(self, deadband_c=None, **outputs):
        super().__init__(temperature={} if deadband_c is None else {"deadband_c": deadband_c}, **outputs)
        self.beer_c = self.air_c = 19.0
        self.on_h = {"heat": 0.0, "cool": 0.0}

    def tick(self):
        for role, duty in self.vessel.duties.items():
            if role in self.on_h:
                self.on_h[role] += duty * TICK_S / HOUR
        power_w = LAMP_W * self.vessel.duties["heat"] - FREEZER_W * self.vessel.duties["cool"]
        into_beer_w = BEER_AIR_W_K * (self.air_c - self.beer_c)
        self.air_c += TICK_S * (power_w - into_beer_w + AIR_ROOM_W_K * (ROOM_C - self.air_c)) / AIR_J_K
        self.beer_c += TICK_S * into_beer_w / BEER_J_K
        self.plug("beer", round(self.beer_c * 16.0) / 16.0)
        super().tick()


def test_freezer_and_lamp_work_against_each_other_and_the_band_that_it_says_ends_that():
    narrow = ChestFreezer(deadband_c=0.1)
    narrow.run(hours=15)
    said = narrow.alarms["beer: fighting"]
    assert "work against each other" in said
    deadband_c = float(said.split("deadband_c of ")[1].split(" ")[0])
    assert 0.2 <= deadband_c <= 2.0
    wide = ChestFreezer(deadband_c=deadband_c)
    wide.run(hours=15)
    assert "beer: fighting" not in wide.alarms
    assert sum(wide.on_h.values()) < 0.5 * sum(narrow.on_h.values())


def test_a_fermenting_tank_in_a_room_with_its_day_is_no_fight():
    tank = Harness()
    tank.plug("beer")
    tank.run(hours=26)
    assert "beer: fighting" not in tank.alarms


IN_CYCLES = {"cycle_s": 600.0, "min_on_s": 10.0, "min_off_s": 10.0}  # a lamp may be switched as one likes


def test_a_lamp_in_cycles_ends_most_of_the_work_against_the_freezer():
    hours = {}
    for name, lamp in (("on or off", {}), ("in cycles", IN_CYCLES)):
        freezer = ChestFreezer(heat=lamp)
        freezer.run(hours=72)
        hours[name] = freezer.on_h
        assert 18.5 < freezer.beer_c < 19.5
        print(f"{name}: heats {freezer.on_h['heat']:.1f} and cools {freezer.on_h['cool']:.1f} of 72 h")
    assert sum(hours["in cycles"].values()) < 0.5 * sum(hours["on or off"].values())
