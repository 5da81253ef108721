"""The contact model: from ENCOUNTERS or FEATURES to `p_contact`.

`model_inputs` computes the inputs, `trees` and `dark_matching` evaluate them, `ceiling` limits what comes out
by what was seen, and `contact_model` fits, stores and reads a model as ``weights.json`` and ``card.json``.
Everything here except the fitting belongs to the format of the stored models: a change needs a new
`contact_model.FORMAT` and ``stsdetect train``. Safe to change without that: `ModelParams`, which shape the
fit, and the checks of stored files.
"""

from stsdetect.model.contact_model import DEFAULT_MODEL, RULE, ContactModel, load_model, model_or_rule

__all__ = ["DEFAULT_MODEL", "RULE", "ContactModel", "load_model", "model_or_rule"]
