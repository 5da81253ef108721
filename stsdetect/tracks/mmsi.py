"""What an MMSI shows by itself: the flag to which its MID is allotted, and the kind of station.

Formats of MMSIs are those of Recommendation ITU-R M.585-9 [L3], allotments those of the ITU's Table of
Maritime Identification Digits. Dependencies have their own ISO 3166 code where ISO gives one.

Examples
--------
>>> flag_of([412000001, 150201655, -7]).tolist()
['CHN', None, None]
>>> kind_of([412000001, 993671234, 150201655, -7]).tolist()
['ship', 'aton', 'buoy', 'ship']
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from stsdetect.arrays import Ints

NO_MID = -1
"""In place of a MID, where an MMSI has none."""

_ALLOTTED = """
201 ALB|202 AND|203 AUT|204 PRT|205 BEL|206 BLR|207 BGR|208 VAT|209 210 212 CYP|211 218 DEU|213 GEO|214 MDA
215 229 248 249 256 MLT|216 ARM|219 220 DNK|224 225 ESP|226 227 228 FRA|230 FIN|231 FRO|232 233 234 235 GBR
236 GIB|237 239 240 241 GRC|238 HRV|242 MAR|243 HUN|244 245 246 NLD|247 ITA|250 IRL|251 ISL|252 LIE|253 LUX
254 MCO|255 PRT|257 258 259 NOR|261 POL|262 MNE|263 PRT|264 ROU|265 266 SWE|267 SVK|268 SMR|269 CHE|270 CZE
271 TUR|272 UKR|273 RUS|274 MKD|275 LVA|276 EST|277 LTU|278 SVN|279 SRB
301 AIA|303 USA|304 305 ATG|306 CUW|307 ABW|308 309 311 BHS|310 BMU|312 BLZ|314 BRB|316 CAN|319 CYM|321 CRI
323 CUB|325 DMA|327 DOM|329 GLP|330 GRD|331 GRL|332 GTM|334 HND|336 HTI|338 USA|339 JAM|341 KNA|343 LCA
345 MEX|347 MTQ|348 MSR|350 NIC|351 352 353 354 355 356 357 PAN|358 PRI|359 SLV|361 SPM|362 TTO|364 TCA
366 367 368 369 USA|370 371 372 373 374 PAN|375 376 377 VCT|378 VGB|379 VIR
401 AFG|403 SAU|405 BGD|408 BHR|410 BTN|412 413 414 CHN|416 TWN|417 LKA|419 IND|422 IRN|423 AZE|425 IRQ
428 ISR|431 432 JPN|434 TKM|436 KAZ|437 UZB|438 JOR|440 441 KOR|443 PSE|445 PRK|447 KWT|450 LBN|451 KGZ
453 MAC|455 MDV|457 MNG|459 NPL|461 OMN|463 PAK|466 QAT|468 SYR|470 471 ARE|472 TJK|473 475 YEM|477 HKG
478 BIH
501 ATF|503 AUS|506 MMR|508 BRN|510 FSM|511 PLW|512 NZL|514 515 KHM|516 CXR|518 COK|520 FJI|523 CCK|525 IDN
529 KIR|531 LAO|533 MYS|536 MNP|538 MHL|540 NCL|542 NIU|544 NRU|546 PYF|548 PHL|550 TLS|553 PNG|555 PCN
557 SLB|559 ASM|561 WSM|563 564 565 566 SGP|567 THA|570 TON|572 TUV|574 VNM|576 577 VUT|578 WLF
601 ZAF|603 AGO|605 DZA|607 ATF|608 SHN|609 BDI|610 BEN|611 BWA|612 CAF|613 CMR|615 COG|616 COM|617 CPV
618 ATF|619 CIV|620 COM|621 DJI|622 EGY|624 ETH|625 ERI|626 GAB|627 GHA|629 GMB|630 GNB|631 GNQ|632 GIN
633 BFA|634 KEN|635 ATF|636 637 LBR|638 SSD|642 LBY|644 LSO|645 MUS|647 MDG|649 MLI|650 MOZ|654 MRT|655 MWI
656 NER|657 NGA|659 NAM|660 REU|661 RWA|662 SDN|663 SEN|664 SYC|665 SHN|666 SOM|667 SLE|668 STP|669 SWZ
670 TCD|671 TGO|672 TUN|674 TZA|675 UGA|676 COD|677 TZA|678 ZMB|679 ZWE
701 ARG|710 BRA|720 BOL|725 CHL|730 COL|735 ECU|740 FLK|745 GUF|750 GUY|755 PRY|760 PER|765 SUR|770 URY
775 VEN
"""


def _read(table: str) -> dict[int, str]:
    out = {}
    for entry in table.replace("\n", "|").strip("|").split("|"):
        *mids, flag = entry.split()
        out.update({int(mid): flag for mid in mids})
    return out


FLAG_OF_MID: dict[int, str] = _read(_ALLOTTED)
"""Every allotted MID and its flag, ISO 3166 alpha-3."""

_FLAGS = np.full(1000, None, dtype=object)
for _mid, _flag in FLAG_OF_MID.items():
    _FLAGS[_mid] = _flag


def mid_of(mmsi: ArrayLike) -> Ints:
    """Maritime identification digits, wherever the format of the MMSI puts them.

    Parameters
    ----------
    mmsi : array_like
        MMSIs as broadcast, shape (n,).

    Returns
    -------
    numpy.ndarray
        Shape (n,), int64; `NO_MID` where the format has none: stand-ins for text ids (negative), handheld
        radios and beacons, MMSIs of the wrong length. A MID need not be allotted, see `flag_of`.

    Examples
    --------
    >>> mid_of([412000001, 2570010, 993671234, 982111234, 970123456, -7]).tolist()
    [412, 257, 367, 211, -1, -1]
    """
    n = np.atleast_1d(np.asarray(mmsi, dtype=np.int64))
    out = np.full(n.shape, NO_MID, dtype=np.int64)
    for low, high, divisor in (
        (200_000_000, 800_000_000, 1_000_000),  # MIDxxxxxx ship
        (2_000_000, 8_000_000, 10_000),  # 00MIDxxxx coast station
        (20_000_000, 80_000_000, 100_000),  # 0MIDxxxxx group of ships
        (100_000_000, 200_000_000, 1_000_000),  # first digit 1: not assigned, but see SAR below
    ):
        fits = (n >= low) & (n < high)
        out[fits] = n[fits] // divisor
    for prefix in (111, 980, 990):
        # 111MIDxxx aircraft; 98MIDxxxx craft of a parent ship; 99MIDxxxx aids to navigation
        digits = 1_000 if prefix == 111 else 10_000
        start = prefix * 1_000_000
        width = 1_000_000 if prefix == 111 else 10_000_000
        fits = (n >= start) & (n < start + width)
        out[fits] = n[fits] % width // digits
    return out


def flag_of(mmsi: ArrayLike) -> NDArray[np.object_]:
    """Flag of the MID, ISO 3166 alpha-3.

    Parameters
    ----------
    mmsi : array_like
        MMSIs as broadcast, shape (n,).

    Returns
    -------
    numpy.ndarray
        Shape (n,), str; None where there is no MID or it is not allotted.

    Examples
    --------
    >>> flag_of([445000001, 419000001, 499000001]).tolist()
    ['PRK', 'IND', None]
    """
    mid = mid_of(mmsi)
    flags: NDArray[np.object_] = _FLAGS[np.where(mid == NO_MID, 0, mid)]
    return flags


def kind_of(mmsi: ArrayLike, ais_class: ArrayLike | None = None) -> NDArray[np.object_]:
    """Kind of station by the format of its MMSI, or by the class of its messages where that is more specific.

    Craft of a parent ship (98MID) are ships. So are handheld radios (8...), which boats use, MMSIs whose MID
    is not allotted, and text ids, so that no ship is lost because of a wrong MMSI. MMSIs that begin with 1
    are not assigned: gear and net buoys use them, such as the 150... of the East China Sea. Only those of
    aircraft, 111MIDxxx with an allotted MID, are. The format is a hint: `build_tracks` calls a station a ship
    where it sails or broadcasts a hull.

    Parameters
    ----------
    mmsi : array_like
        MMSIs as broadcast, shape (n,).
    ais_class : array_like, optional
        POSITIONS.ais_class of each MMSI, shape (n,).

    Returns
    -------
    numpy.ndarray
        Shape (n,), str: ship, base, aton, sar, buoy or other.

    Examples
    --------
    >>> kind_of([2570010, 111257001, 970123456, 979000001, 982111234, 1234]).tolist()
    ['base', 'sar', 'sar', 'buoy', 'ship', 'ship']
    >>> kind_of([412000001], ["aton"]).tolist()
    ['aton']
    """
    n = np.atleast_1d(np.asarray(mmsi, dtype=np.int64))
    out = np.full(n.shape, "ship", dtype=object)
    for low, high, kind in (
        (2_000_000, 8_000_000, "base"),
        (20_000_000, 80_000_000, "other"),
        (100_000_000, 200_000_000, "buoy"),
        (111_000_000, 112_000_000, "sar"),
        (970_000_000, 979_000_000, "sar"),  # SART, man overboard, EPIRB
        (979_000_000, 980_000_000, "buoy"),  # autonomous radio devices, fishing nets among them
        (990_000_000, 1_000_000_000, "aton"),
    ):
        out[(n >= low) & (n < high)] = kind
    aircraft = np.flatnonzero((n >= 111_000_000) & (n < 112_000_000))
    out[aircraft[pd.isna(flag_of(n[aircraft]))]] = "buoy"
    if ais_class is not None:
        classes = np.asarray(ais_class, dtype=object)
        for kind in ("base", "aton", "sar"):
            out[classes == kind] = kind
    return out
