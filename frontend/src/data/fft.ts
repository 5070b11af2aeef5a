/** FFT: the discrete Fourier transform, in place, radix 2 (Cooley and Tukey 1965). Pure. */

/** Turns `size` complex numbers into their spectrum; `size` is a power of two. The same object serves again and again. */
export class Fft {
  readonly #cos: Float64Array;
  readonly #sin: Float64Array;
  readonly #reversed: Uint32Array;

  constructor(readonly size: number) {
    if (size < 2 || (size & (size - 1)) !== 0) throw new RangeError(`expected a power of two, got ${size}`);
    const half = size >> 1;
    this.#cos = Float64Array.from({ length: half }, (_, index) => Math.cos((2 * Math.PI * index) / size));
    this.#sin = Float64Array.from({ length: half }, (_, index) => Math.sin((2 * Math.PI * index) / size));
    this.#reversed = new Uint32Array(size);
    for (let index = 1; index < size; index++)
      this.#reversed[index] = (this.#reversed[index >> 1]! >> 1) | ((index & 1) * half);
  }

  transform(real: Float64Array, imaginary: Float64Array): void {
    const { size } = this;
    for (let index = 0; index < size; index++) {
      const other = this.#reversed[index]!;
      if (other > index) {
        [real[index], real[other]] = [real[other]!, real[index]!];
        [imaginary[index], imaginary[other]] = [imaginary[other]!, imaginary[index]!];
      }
    }
    for (let width = 2; width <= size; width *= 2) this.#butterflies(real, imaginary, width);
  }

  #butterflies(real: Float64Array, imaginary: Float64Array, width: number): void {
    const half = width >> 1;
    const step = this.size / width;
    for (let start = 0; start < this.size; start += width) {
      for (let index = 0; index < half; index++) {
        const [cos, sin] = [this.#cos[index * step]!, this.#sin[index * step]!];
        const [low, high] = [start + index, start + index + half];
        const re = real[high]! * cos + imaginary[high]! * sin;
        const im = imaginary[high]! * cos - real[high]! * sin;
        real[high] = real[low]! - re;
        imaginary[high] = imaginary[low]! - im;
        real[low]! += re;
        imaginary[low]! += im;
      }
    }
  }
}
