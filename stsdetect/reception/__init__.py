"""How well vessels were received, estimated from the dump itself.

In: POINTS of all vessels (`fit_reception`, or `count_reception` bucket by bucket and then
`reception_from_counts`). Out: a `Reception`, which holds RECEPTION and OUTAGES and gives the probability that
a vessel is received in a cell and time bin; `detection.gaps` weighs gaps with it.

- `presence`: in which time bins a vessel was present, received or not; counts of both.
- `baseline`: the detection probability of a cell and kind of ship over the whole dump.
- `regimes`: by which log-odds a region and time bin differs from the baseline; latent states, fitted by EM.
- `outages`: times and areas in which traffic that is otherwise well received was not.
- `reception_model`: puts these together, and decides whether the dump has enough traffic to judge gaps.
- `gap_likelihood`: probability that a transmitting vessel leaves no report on a route.

Safe to change: any value of `ReceptionParams`. To add a latent regime, add its log-odds to
`regime_log_odds`; nothing else depends on how many there are.
"""

from stsdetect.reception.presence import count_reception
from stsdetect.reception.reception_model import Reception, fit_reception, reception_from_counts

__all__ = ["Reception", "count_reception", "fit_reception", "reception_from_counts"]
