// What phantom files there are: the choices of `evenkeel phantom`, apart from the drawing, which loads slowly.
export const phantomKinds = ['chest', 'knee'] as const;
export const phantomFormats = ['png', 'jpeg', 'dicom'] as const;

export interface PhantomRequest {
  readonly kind: (typeof phantomKinds)[number];
  readonly format: (typeof phantomFormats)[number];
  readonly seed: number;
  readonly finding: boolean;
}
