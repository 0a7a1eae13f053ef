"""What all tests share."""

from hypothesis import HealthCheck, settings

# A Raspberry Pi or a busy machine takes its time; that is not what these tests are about.
settings.register_profile("brewpi", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("brewpi")
