// XML in and out: strict, small, no entities of the sender's making.

import { XMLBuilder, XMLParser, XMLValidator } from 'fast-xml-parser';

import { ServiceError } from '../core/service-error.ts';

const xmlNamespace = 'https://route53.amazonaws.com/doc/2013-04-01/';

export type XmlNode = string | { readonly [element: string]: XmlNode | readonly XmlNode[] };

const parser = new XMLParser({
  ignoreAttributes: true,
  ignoreDeclaration: true,
  ignorePiTags: true,
  parseTagValue: false,
  removeNSPrefix: true,
  trimValues: true,
});

const builder = new XMLBuilder({ ignoreAttributes: false, suppressEmptyNode: false });

const isNode = (value: unknown): value is XmlNode =>
  typeof value === 'string' || (typeof value === 'object' && value !== null);

/** @throws ServiceError MalformedInput unless the document is well formed with `root` outermost. */
export function parseXml(text: string, root: string): XmlNode {
  // A DOCTYPE can define entities that expand without bound; no client of the API sends one.
  if (/<!DOCTYPE/i.test(text)) throw new ServiceError('MalformedInput', 'DOCTYPE is not allowed');
  const verdict = XMLValidator.validate(text);
  if (verdict !== true)
    throw new ServiceError('MalformedInput', `Invalid XML ; ${verdict.err.msg}`);
  const document: unknown = parser.parse(text);
  const top: unknown =
    typeof document === 'object' && document !== null ? Reflect.get(document, root) : undefined;
  if (!isNode(top)) throw new ServiceError('MalformedInput', `XML is not valid, expected ${root}`);
  return top;
}

const named = (node: XmlNode, element: string): readonly XmlNode[] => {
  if (typeof node === 'string') return [];
  const found = node[element];
  if (found === undefined) return [];
  return typeof found === 'object' && Array.isArray(found) ? found : [found as XmlNode];
};

/** The one element of that name, or `undefined`; said twice is not what the schema allows. */
export function childOf(node: XmlNode, element: string): XmlNode | undefined {
  const [first, second] = named(node, element);
  if (second !== undefined)
    throw new ServiceError(
      'InvalidInput',
      `Invalid XML ; element '${element}' occurs more than once`,
    );
  return first;
}

export function textOf(node: XmlNode, element: string): string | undefined {
  const child = childOf(node, element);
  if (child === undefined || typeof child === 'string') return child;
  throw new ServiceError('InvalidInput', `Invalid XML ; element '${element}' holds elements`);
}

/** `<Outer><Inner/>...</Outer>` as a list; `undefined` where there is no outer element. */
export function listOf(
  node: XmlNode,
  outer: string,
  inner: string,
): readonly XmlNode[] | undefined {
  const list = childOf(node, outer);
  return list === undefined ? undefined : named(list, inner);
}

export const renderXml = (root: string, content: XmlNode): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n${builder.build({
    [root]: typeof content === 'string' ? content : { '@_xmlns': xmlNamespace, ...content },
  })}`;

/** An absent member writes no element; an empty list writes its empty outer element. */
export function elements(
  members: Readonly<Record<string, XmlNode | readonly XmlNode[] | undefined>>,
): XmlNode {
  return Object.fromEntries(
    Object.entries(members).filter(
      (entry): entry is [string, XmlNode | readonly XmlNode[]] => entry[1] !== undefined,
    ),
  );
}
