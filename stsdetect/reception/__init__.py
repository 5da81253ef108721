"""How well ships were received, learnt from the dump: per cell, time bin, class and motion."""

from stsdetect.reception.presence import count_reception
from stsdetect.reception.reception_model import Reception, fit_reception, reception_from_counts

__all__ = ["Reception", "count_reception", "fit_reception", "reception_from_counts"]
