// Cuts a graph in two at one of its inner tensors: what computes it, and what is computed from it. Pure.
import type { OnnxModel, OnnxNode } from './model.ts';

export interface CutModel {
  /** From the model's input to the tensor. */
  readonly lower: OnnxModel;
  /** From the tensor to the model's outputs. */
  readonly upper: OnnxModel;
}

/** Throws where the tensor does not part the graph: when something behind it also needs something before it. */
export function cutAt(model: OnnxModel, tensor: string): CutModel {
  const needed = ancestorsOf(model.nodes, tensor);
  if (needed.size === 0) throw new Error(`no node of ${model.name} computes "${tensor}"`);
  const [before, after] = [true, false].map((isBefore) =>
    model.nodes.filter((node) => needed.has(node) === isBefore),
  ) as [OnnxNode[], OnnxNode[]];
  const inner = new Set(before.flatMap(({ outputs }) => outputs).filter((name) => name !== tensor));
  const crossing = after.flatMap(({ inputs }) => inputs).find((name) => inner.has(name));
  if (crossing !== undefined)
    throw new Error(`"${crossing}" is needed on both sides of "${tensor}" in ${model.name}`);
  const value = { name: tensor, dims: ['n', 'channels', 'height', 'width'] };
  return {
    lower: { ...model, nodes: before, outputs: [value], initializers: usedBy(before, model) },
    upper: { ...model, nodes: after, inputs: [value], initializers: usedBy(after, model) },
  };
}

function ancestorsOf(nodes: readonly OnnxNode[], tensor: string): ReadonlySet<OnnxNode> {
  const wanted = new Set([tensor]);
  const found = new Set<OnnxNode>();
  for (const node of nodes.toReversed()) {
    if (!node.outputs.some((name) => wanted.has(name))) continue;
    found.add(node);
    for (const name of node.inputs) wanted.add(name);
  }
  return found;
}

function usedBy(
  nodes: readonly OnnxNode[],
  { initializers }: OnnxModel,
): OnnxModel['initializers'] {
  const used = new Set(nodes.flatMap(({ inputs }) => inputs));
  return Object.fromEntries(Object.entries(initializers).filter(([name]) => used.has(name)));
}
