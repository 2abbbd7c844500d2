// The references in Terraform's template language: `${aws_vpc.main.id}` -> aws_vpc, main, id. Not a full parser: enough to find each chain of names.

export type Step =
  | { readonly kind: 'attribute'; readonly name: string }
  | { readonly kind: 'index' }
  | { readonly kind: 'splat' };

export interface Reference {
  /** As written, for messages. */
  readonly text: string;
  /** e.g. `aws_vpc`, `var`, `data`. */
  readonly head: string;
  readonly steps: readonly Step[];
}

export interface Template {
  readonly references: readonly Reference[];
  /** The one reference that is the whole value, whose type is therefore the value's. */
  readonly whole?: Reference;
  /** The whole value is one expression, so that its type need not be text. */
  readonly isOneExpression: boolean;
  /** What stands around the expressions. */
  readonly literal: string;
}

/** The same stack is read once per mutant of it, and first-boot programs are long. */
const known = new Map<string, Template>();

/** What a text with `${...}` in it refers to; `$${` stands for itself. */
export function templateOf(text: string): Template {
  if (!text.includes('{')) return { references: [], isOneExpression: false, literal: text };
  const template = known.get(text) ?? parsedTemplate(text, new Set());
  known.set(text, template);
  return template;
}

function parsedTemplate(text: string, outer: ReadonlySet<string>): Template {
  const references: Reference[] = [];
  const literals: string[] = [];
  let expressions = 0;
  let whole: Reference | undefined;
  let at = 0;
  while (at < text.length) {
    const opening = nextOpening(text, at);
    literals.push(text.slice(at, opening));
    if (opening === text.length) break;
    const end = closingOf(text, opening + 2);
    const expression = text.slice(opening + 2, end).trim();
    const found = referencesIn(expression, outer);
    whole = found.find((reference) => reference.text === expression);
    references.push(...found);
    expressions += 1;
    at = end + 1;
  }
  const literal = literals.join('');
  const isOneExpression = expressions === 1 && literal === '';
  return {
    references,
    isOneExpression,
    literal,
    ...(isOneExpression && whole !== undefined ? { whole } : {}),
  };
}

/** The index of the next `${` or `%{` that is not escaped by doubling, or the length. */
function nextOpening(text: string, from: number): number {
  const opening = /([$%])(\1?)\{/g;
  opening.lastIndex = from;
  for (let match = opening.exec(text); match !== null; match = opening.exec(text))
    if (match[2] === '') return match.index;
  return text.length;
}

/** The index of the brace that closes an expression: braces and texts within it do not count. */
function closingOf(text: string, from: number): number {
  let depth = 0;
  for (let at = from; at < text.length; at += 1) {
    const char = text[at];
    if (char === '"') at = endOfString(text, at);
    else if (char === '{') depth += 1;
    else if (char === '}') {
      if (depth === 0) return at;
      depth -= 1;
    }
  }
  return text.length;
}

/** The index of the quotation mark that ends the text beginning at `from`. */
function endOfString(text: string, from: number): number {
  for (let at = from + 1; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1;
    else if (text.startsWith('${', at)) at = closingOf(text, at + 2);
    else if (text[at] === '"') return at;
  }
  return text.length;
}

const words = new Set(['for', 'in', 'if', 'true', 'false', 'null', 'else', 'endif', 'endfor']);
/** Known only while Terraform runs an expression, so nothing can be looked up. */
const contextual = new Set(['each', 'count', 'self', 'path', 'terraform', 'module']);

/** Every chain such as `aws_subnet.a[0].id` in an expression, without loop variables and function names. */
export function referencesIn(
  expression: string,
  outer: ReadonlySet<string> = new Set(),
): readonly Reference[] {
  const found: Reference[] = [];
  const bound = new Set([...outer, ...loopVariables(expression), ...contextual, ...words]);
  if (/^[A-Za-z_]\w*$/.test(expression) && !bound.has(expression))
    return [{ text: expression, head: expression, steps: [] }];
  for (let at = 0; at < expression.length;) {
    const piece = pieceAt(expression, at, bound);
    found.push(...piece.references);
    at = piece.end;
  }
  return found;
}

interface Piece {
  readonly references: readonly Reference[];
  readonly end: number;
}

/** A text, a number, a chain of names, or one character of anything else. */
function pieceAt(expression: string, at: number, bound: ReadonlySet<string>): Piece {
  if (expression[at] === '"') {
    const end = endOfString(expression, at);
    return {
      references: parsedTemplate(expression.slice(at + 1, end), bound).references,
      end: end + 1,
    };
  }
  const number = matchAt(/\d[\w.]*/y, expression, at);
  const head = matchAt(/[A-Za-z_][\w-]*/y, expression, at);
  if (head === '') return { references: [], end: at + Math.max(number.length, 1) };
  const { steps, inside, end } = chainAfter(expression, at + head.length, bound);
  // A function's name, or an attribute of what a function gave.
  const isOther = /^\s*\(/.test(expression.slice(end)) || expression[at - 1] === '.';
  const isReference = !isOther && steps.length > 0 && !bound.has(head);
  const own = { text: expression.slice(at, end), head, steps };
  return { references: isReference ? [...inside, own] : inside, end };
}

function matchAt(sticky: RegExp, text: string, at: number): string {
  sticky.lastIndex = at;
  return sticky.exec(text)?.[0] ?? '';
}

const loopVariables = (expression: string): ReadonlySet<string> =>
  new Set(
    [...expression.matchAll(/\bfor\s+(\w+)(?:\s*,\s*(\w+))?\s+in\b/g)].flatMap(([, one, two]) =>
      [one, two].filter((variable) => variable !== undefined),
    ),
  );

interface Chain {
  readonly steps: readonly Step[];
  /** References within `[...]`. */
  readonly inside: readonly Reference[];
  readonly end: number;
}

function chainAfter(expression: string, from: number, bound: ReadonlySet<string>): Chain {
  const steps: Step[] = [];
  const inside: Reference[] = [];
  let at = from;
  for (;;) {
    const rest = expression.slice(at);
    const attribute = /^\.([A-Za-z_][\w-]*)/.exec(rest);
    const plain = /^(\.\*|\[\*\])|^\.\d+/.exec(rest);
    if (attribute !== null) {
      steps.push({ kind: 'attribute', name: attribute[1] ?? '' });
      at += attribute[0].length;
    } else if (plain !== null) {
      steps.push({ kind: plain[1] === undefined ? 'index' : 'splat' });
      at += plain[0].length;
    } else if (rest.startsWith('[')) {
      const end = closingBracket(expression, at + 1);
      inside.push(...referencesIn(expression.slice(at + 1, end), bound));
      steps.push({ kind: 'index' });
      at = end + 1;
    } else return { steps, inside, end: at };
  }
}

function closingBracket(text: string, from: number): number {
  let depth = 0;
  for (let at = from; at < text.length; at += 1) {
    if (text[at] === '"') at = endOfString(text, at);
    else if (text[at] === '[') depth += 1;
    else if (text[at] === ']') {
      if (depth === 0) return at;
      depth -= 1;
    }
  }
  return text.length;
}
