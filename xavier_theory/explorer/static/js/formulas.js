/* Formulas by KaTeX; sentences with formulas, links and emphasis, never as markup of their own. */

const katex = globalThis.katex;

export function typeset(element, tex, displayMode = false) {
  katex.render(tex, element, { displayMode, throwOnError: false, strict: "ignore", output: "htmlAndMathml" });
}

export function typesetAll(root) {
  for (const element of root.querySelectorAll(".math[data-tex]")) typeset(element, element.dataset.tex);
}

export function element(tag, { text, className, ...properties } = {}, ...children) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  Object.assign(made, properties);
  made.append(...children);
  return made;
}

const PIECE = /(\$[^$]+\$|\[[^\]]+\]\([^)]+\.md\)|\*\*[^*]+\*\*|\*[^*]+\*)/;

/** Append ``text`` to ``target``; a link to the page of a theorem calls ``open`` with its name. */
export function sentence(target, text, open) {
  for (const piece of text.split(PIECE)) {
    if (!piece) continue;
    const link = /^\[([^\]]+)\]\(([^)]+)\.md\)$/.exec(piece);
    if (link && open) {
      const button = element("button", { type: "button", className: "link", text: link[1] });
      button.addEventListener("click", () => open(link[2]));
      target.append(button);
    } else if (/^\$[^$]+\$$/.test(piece)) {
      const span = element("span");
      typeset(span, piece.slice(1, -1));
      target.append(span);
    } else if (/^\*\*.+\*\*$/.test(piece)) target.append(element("strong", { text: piece.slice(2, -2) }));
    else if (/^\*.+\*$/.test(piece)) target.append(element("em", { text: piece.slice(1, -1) }));
    else target.append(piece);
  }
  return target;
}
