// Whether a bundle's features may know the labels of its training films: only the backbone as it was shipped cannot. Pure.
import type { OnnxModel } from '../onnx/model.ts';

/** True where every weight of the backbone stands in the model unchanged, so that only the head was ever fitted on films. */
export function isFrozen(model: OnnxModel, backbone: OnnxModel): boolean {
  return Object.entries(backbone.initializers).every(([name, { data }]) => {
    const there = model.initializers[name]?.data;
    return there?.length === data.length && data.every((value, at) => value === there[at]);
  });
}
