"""Models that we know how to ask. An endpoint is used only when VLM_ENDPOINTS names it."""

from __future__ import annotations

from pdf_parser.domain.endpoint import AnswerFormat, VlmEndpoint

# What vLLM's recipe for DeepSeek-OCR sends: the tags are special tokens, which servers strip unless told otherwise, and
# its logits processor stops loops without touching <td> and </td> (the two token ids).
_DEEPSEEK_BODY = {
    "skip_special_tokens": False,
    "vllm_xargs": {"ngram_size": 30, "window_size": 90, "whitelist_token_ids": [128821, 128822]},
}

# The prompt that the model was trained with, from the card of nanonets/Nanonets-OCR2-3B.
_NANONETS_PROMPT = (
    "Extract the text from the above document as if you were reading it naturally. Return the tables in html format. "
    "Return the equations in LaTeX representation. If there is an image in the document and image caption is not "
    "present, add a small description of the image inside the <img></img> tag; otherwise, add the image caption inside "
    "<img></img>. Watermarks should be wrapped in brackets. Ex: <watermark>OFFICIAL COPY</watermark>. Page numbers "
    "should be wrapped in brackets. Ex: <page_number>14</page_number> or <page_number>9/22</page_number>. Prefer using "
    "☐ and ☑ for check boxes."
)

_PLAIN_PROMPT = (
    "Transcribe this page of a document to Markdown, in reading order and to the letter: do not correct, translate, "
    "summarise or leave out anything. Mark headings with #. Write tables as HTML with rowspan and colspan where cells "
    "are merged, formulas as LaTeX between $ or $$. Put page headers into <header>, page footers and page numbers into "
    "<footer>. Answer with the Markdown alone; answer with nothing when the page is empty."
)

PRESETS: dict[str, VlmEndpoint] = {
    "deepseek-ocr": VlmEndpoint(
        url="http://localhost:8000/v1",
        model="deepseek-ai/DeepSeek-OCR",
        prompt="<|grounding|>Convert the document to markdown.",
        answer=AnswerFormat.GROUNDING,
        max_tokens=6000,  # the model's window of 8192 holds the picture too
        extra_body=_DEEPSEEK_BODY,
    ),
    "nanonets-ocr2": VlmEndpoint(
        url="http://localhost:8000/v1",
        model="nanonets/Nanonets-OCR2-3B",
        prompt=_NANONETS_PROMPT,
        max_tokens=15_000,
    ),
    "gemini": VlmEndpoint(
        url="https://generativelanguage.googleapis.com/v1beta/openai",
        model="gemini-3.5-flash",
        prompt=_PLAIN_PROMPT,
        max_tokens=32_000,  # its thoughts count too
        needs_key=True,
    ),
    "vlm": VlmEndpoint(prompt=_PLAIN_PROMPT),
}
