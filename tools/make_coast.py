"""Cut the coast that stsdetect bundles out of the OpenStreetMap polygons that roaring-landmask ships.

Run ``python tools/make_coast.py`` in the project folder; it writes ``stsdetect/geo/data/coast.parquet``.
"""

from __future__ import annotations

import json
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import shapely

from stsdetect.geo.land import BUNDLED_DATA_BOX, COAST_CREDIT, _world_polygons

TOLERANCE_DEG = 20.0 / 111_000.0
OUT = Path(__file__).parents[1] / "stsdetect" / "geo" / "data" / "coast.parquet"


def main() -> None:
    """Write the polygons as GeoParquet, largest first."""
    polygons = shapely.simplify(_world_polygons(BUNDLED_DATA_BOX), TOLERANCE_DEG)
    polygons = polygons[~shapely.is_empty(polygons)]
    polygons = polygons[np.argsort(-shapely.area(polygons), kind="stable")]
    geo = {
        "version": "1.1.0",
        "primary_column": "geometry",
        "columns": {
            "geometry": {"encoding": "WKB", "geometry_types": ["Polygon"], "bbox": list(BUNDLED_DATA_BOX)}
        },
    }
    about = {
        "licence": f"Coast {COAST_CREDIT}",
        "source": f"roaring-landmask {version('roaring_landmask')}, provider Osm, cut and simplified to 20 m",
        "geo": json.dumps(geo),
    }
    table = pa.table({"geometry": pa.array(shapely.to_wkb(polygons), pa.binary())})
    OUT.parent.mkdir(exist_ok=True)
    pq.write_table(table.replace_schema_metadata(about), OUT, compression="zstd", compression_level=19)


if __name__ == "__main__":
    main()
