"""The models that Unstructured would download when it first needs them, or do without in silence."""

from __future__ import annotations

from loguru import logger

from pdf_parser.errors import ParserUnavailable

LANGUAGE_MODEL = "en_core_web_sm"
_LAYOUT_FILES = (
    ("unstructuredio/yolo_x_layout", "yolox_l0.05.onnx"),
    ("microsoft/table-transformer-structure-recognition", "model.safetensors"),
)


def provide_language_model() -> bool:
    """Whether the language model is there. Where it is not, sentences are told by their full stops; without the model
    Unstructured's text strategies return nothing at all, and with the rule every short text is a title to it.

    The model is no package of an index: bake its wheel into the image (`python -m spacy download en_core_web_sm`).
    """
    import spacy
    from unstructured.nlp import tokenize

    if spacy.util.is_package(LANGUAGE_MODEL):
        return True
    logger.info("spaCy has no {}: titles are not told from text", LANGUAGE_MODEL)
    rule = spacy.blank("en")
    rule.add_pipe("sentencizer")
    tokenize._get_nlp = lambda: rule
    return False


def require_layout_models() -> None:
    """Raises ParserUnavailable when weights of the strategy hi_res are not in the cache of the model hub."""
    from huggingface_hub import try_to_load_from_cache

    missing = [(repo, file) for repo, file in _LAYOUT_FILES if not isinstance(try_to_load_from_cache(repo, file), str)]
    if missing:
        commands = "; ".join(f"hf download {repo}" for repo, _ in missing)
        raise ParserUnavailable(
            f"Unstructured's strategy hi_res lacks its weights. Fill the folder HF_HOME ({commands}), or choose "
            "UNSTRUCTURED_STRATEGY=auto."
        )
