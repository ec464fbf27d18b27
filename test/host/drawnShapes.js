/** Reads what a part of the window shows, as shapes of an SVG. Runs in the page, where `drawing.ts` brings it. */
globalThis.shapesOf = function shapesOf(root) {
  /** Icons that matter for what a picture says, drawn anew in a square of 16. */
  const icons = {
    add: 'M8 3v10M3 8h10',
    check: 'M3 8.5l3 3 7-7',
    'chevron-down': 'M4 6l4 4 4-4',
    'chevron-right': 'M6 4l4 4-4 4',
    'arrow-up': 'M8 13V3M4 7l4-4 4 4',
    terminal: 'M2 3h12v10H2zM4.5 6l2 2-2 2M8 10h3',
    account: 'M8 2a6 6 0 1 0 .01 0M8 5a2 2 0 1 0 .01 0M4.5 12c1-3 6-3 7 0',
    agent: 'M6 3L2 8l4 5M10 3l4 5-4 5',
    'circle-filled': 'M8 6a2 2 0 1 0 .01 0M8 7a1 1 0 1 0 .01 0',
    gear: 'M8 6a2 2 0 1 0 .01 0M8 3a5 5 0 1 0 .01 0M8 1v2M8 13v2M1 8h2M13 8h2M3 3l1.5 1.5M11.5 11.5L13 13M13 3l-1.5 1.5M3 13l1.5-1.5',
    pin: 'M2 8h4M6 5v6M6 6h7v4H6',
    settings: 'M2 5h12M2 11h12M6 3v4M10 9v4',
    shield: 'M8 2l5 2v4c0 3-2 5-5 6-3-1-5-3-5-6V4z',
    vm: 'M2 3h12v8H2zM5 14h6',
    'chat-model-provider-generic': 'M7 3l1.3 3.7L12 8l-3.7 1.3L7 13l-1.3-3.7L2 8l3.7-1.3zM12.5 2v3M11 3.5h3',
    organization: 'M6 3a2 2 0 1 0 .01 0M2 13c0-6 8-6 8 0M11 5a1.5 1.5 0 1 0 .01 0M11.5 9c2 0 3 1.5 3 4',
    github: 'M8 2a6 6 0 1 0 .01 0M6 13v-3c-2-4 6-4 4 0v3M5 5l1 2M11 5l-1 2',
    briefcase: 'M2 5h12v8H2zM6 5V3h4v2M2 9h12',
    window: 'M2 3h12v10H2zM2 6h12',
    json: 'M6 3c-3 0-1 4-3 5 2 1 0 5 3 5M10 3c3 0 1 4 3 5-2 1 0 5-3 5',
    clippy: 'M4 4h8v10H4zM6.5 2.5h3V5h-3z',
    key: 'M10.5 2.5a3 3 0 1 0 .01 0M8.5 7.5l-6 6M4 12l1.5 1.5',
    globe: 'M8 2a6 6 0 1 0 .01 0M2 8h12M8 2c-4 4-4 8 0 12c4-4 4-8 0-12',
  };
  const isClear = (color) => /, 0\)$|^transparent$/.test(color);
  const workbench = root.closest('.monaco-workbench') ?? document.body;
  const forText = namesOfColors(/foreground$/i, [
    'foreground',
    'descriptionForeground',
    'quickInputList-focusForeground',
    'textLink-foreground',
  ]);
  const forBoxes = namesOfColors(/background$|border$/i, [
    'editorWidget-background',
    'quickInputList-focusBackground',
    'list-hoverBackground',
    'input-background',
    'chat-requestBubbleBackground',
    'widget-border',
    'focusBorder',
  ]);
  const paint = (color, names) => (names.has(color) ? `var(--vscode-${names.get(color)})` : color);
  const round = (value) => Math.round(value * 10) / 10;
  const escaped = (text) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;');
  const canvas = document.createElement('canvas').getContext('2d');
  const box = root.getBoundingClientRect();
  const shapes = [];

  /** The theme's colors by their values; of several names with one value, the first of `best`, else any. */
  function namesOfColors(kind, best) {
    const all = [...document.styleSheets].flatMap((sheet) =>
      [...sheet.cssRules].flatMap((rule) => [...rule.cssText.matchAll(/--vscode-([\w-]+):/g)]),
    );
    const names = new Set([...best, ...all.map(([, name]) => name).filter((name) => kind.test(name))]);
    const probe = workbench.appendChild(document.createElement('i'));
    const found = new Map();
    for (const name of names) {
      probe.style.color = `var(--vscode-${name}, transparent)`;
      const color = getComputedStyle(probe).color;
      if (!isClear(color) && !found.has(color)) found.set(color, name);
    }
    probe.remove();
    return found;
  }

  function visit(element, clip) {
    const style = getComputedStyle(element);
    if (!element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) return;
    const rect = element.getBoundingClientRect();
    const isOutside =
      rect.bottom <= clip.top ||
      rect.top >= clip.bottom ||
      rect.right <= clip.left ||
      rect.left >= clip.right;
    if (isOutside && rect.width * rect.height > 0) return;
    drawBox(style, rect, clip);
    drawIcon(element, style, rect);
    drawField(element, style, rect);
    const inner = style.overflow === 'visible' ? clip : intersection(rect, clip);
    for (const node of element.childNodes) {
      if (node instanceof Element) visit(node, inner);
      else if (node instanceof Text) drawText(node, style, inner);
    }
  }

  function intersection(one, other) {
    const left = Math.max(one.left, other.left);
    const top = Math.max(one.top, other.top);
    const right = Math.min(one.right, other.right);
    const bottom = Math.min(one.bottom, other.bottom);
    return new DOMRect(left, top, Math.max(0, right - left), Math.max(0, bottom - top));
  }

  function drawBox(style, whole, clip) {
    const rect = intersection(whole, clip);
    if (rect.width < 1 || rect.height < 1) return;
    const hasBorder = Number.parseFloat(style.borderTopWidth) > 0 && !isClear(style.borderTopColor);
    const isFramed = hasBorder && Number.parseFloat(style.borderLeftWidth) > 0;
    const corner = Number.parseFloat(style.borderTopLeftRadius) || 0;
    const at = `x="${round(rect.left)}" y="${round(rect.top)}" width="${round(rect.width)}"`;
    if (!isClear(style.backgroundColor) || isFramed) {
      const fill = isClear(style.backgroundColor) ? 'none' : paint(style.backgroundColor, forBoxes);
      const stroke = isFramed ? ` stroke="${paint(style.borderTopColor, forBoxes)}"` : '';
      const rx = corner ? ` rx="${round(Math.min(corner, rect.height / 2))}"` : '';
      shapes.push(`<rect ${at} height="${round(rect.height)}"${rx} fill="${fill}"${stroke}/>`);
    } else if (hasBorder)
      shapes.push(`<rect ${at} height="1" fill="${paint(style.borderTopColor, forBoxes)}"/>`);
  }

  function drawIcon(element, style, rect) {
    const names = [...element.classList].map((name) => /^codicon-(.*?)(-compact)?$/.exec(name)?.[1]);
    const isUnfolded = names.includes('chevron-right') && element.classList.contains('expanded');
    const path = isUnfolded ? icons['chevron-down'] : names.map((name) => icons[name]).find(Boolean);
    if (!path) return;
    const size = Number.parseFloat(style.fontSize) || 16;
    const move = `translate(${round(rect.left + (rect.width - size) / 2)} ${round(rect.top + (rect.height - size) / 2)}) scale(${round(size / 16)})`;
    shapes.push(
      `<path transform="${move}" d="${path}" fill="none" stroke="${paint(style.color, forText)}"/>`,
    );
  }

  /** What stands in a field, or what it asks for. */
  function drawField(element, style, rect) {
    if (!(element instanceof HTMLInputElement)) return;
    const text = element.value || element.placeholder;
    const placeholder = element.value ? style : getComputedStyle(element, '::placeholder');
    if (!text || !canvas) return;
    canvas.font = `${style.fontSize} ${style.fontFamily}`;
    const left = rect.left + Number.parseFloat(style.paddingLeft);
    const line = new DOMRect(left, rect.top, canvas.measureText(text).width, rect.height);
    put(text, line, line, style, placeholder.color);
  }

  /** A line of text at a time. What an ellipsis hides is left out. */
  function drawText(node, style, clip) {
    if (!node.data.trim() || !canvas) return;
    const range = document.createRange();
    let line = '';
    let first;
    let last;
    const flush = (isCut) => {
      if (first && last && line.trim())
        put(isCut ? `${line.trimEnd()}…` : line.trimEnd(), first, last, style);
      line = '';
      first = undefined;
    };
    for (let index = 0; index < node.length; index++) {
      range.setStart(node, index);
      range.setEnd(node, index + 1);
      const rect = range.getBoundingClientRect();
      if (rect.width === 0) continue;
      const middle = rect.top + rect.height / 2;
      if (middle < clip.top || middle > clip.bottom) continue;
      if (rect.right > clip.right + 1) {
        line = line.slice(0, -1);
        flush(true);
        return;
      }
      if (first && Math.abs(rect.top - first.top) > 3) flush(false);
      if (!first && !node.data[index]?.trim()) continue;
      first ??= rect;
      if (node.data[index].trim()) last = rect;
      line += node.data[index];
    }
    flush(false);
  }

  function put(text, first, last, style, color = style.color) {
    if (!canvas) return;
    canvas.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
    const { fontBoundingBoxAscent: ascent, fontBoundingBoxDescent: descent } = canvas.measureText(text);
    const base = first.top + (first.height - ascent - descent) / 2 + ascent;
    const weight = Number(style.fontWeight) >= 600 ? ' font-weight="600"' : '';
    const length = text.length > 1 ? ` textLength="${round(last.right - first.left)}"` : '';
    const size = round(Number.parseFloat(style.fontSize));
    shapes.push(
      `<text x="${round(first.left)}" y="${round(base)}" font-size="${size}"${weight}${length} fill="${paint(color, forText)}">${escaped(text)}</text>`,
    );
  }

  visit(root, box);
  const { left, top, right, bottom } = box;
  return { shapes, box: { left, top, right, bottom } };
};
