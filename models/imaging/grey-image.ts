// A radiograph in memory: 8-bit grey, row by row, black is 0.

export interface GreyImage {
  readonly width: number;
  readonly height: number;
  /** width * height values */
  readonly pixels: Uint8Array;
}
