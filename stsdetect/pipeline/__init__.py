"""The stages of a run, the folder they work in, and the whole pipeline from dump to report in one call.

In: AIS dumps, parameters, an area of interest. Out: a run folder with tables (`stsdetect.schema`),
``run.json`` and the report. A stage reads only what earlier stages wrote, so each can be run again.

``--resume`` is in two places: `run_folder` opens the unfinished folder again, `run_state` skips tasks that
are done.

This room holds no science: to change what is detected, go to the room that a task calls. To add an output
of a stage, add its file name to `run_folder.OUTPUTS` and write it in `stages`; to add a detection, add a
task to `tasks` and a step to `detection_steps`.
"""

from stsdetect.pipeline.manifest import Manifest
from stsdetect.pipeline.result import Result
from stsdetect.pipeline.run import open_run, run_pipeline
from stsdetect.pipeline.temporary_run import detect

__all__ = ["Manifest", "Result", "detect", "open_run", "run_pipeline"]
