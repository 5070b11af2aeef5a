/**
 * FFT: the discrete Fourier transform of real numbers, radix 2 (Cooley and Tukey 1965): as many complex ones of half the
 * length, of which the even places are the real parts. Pure; the same object serves again and again.
 */

export class RealFft {
  readonly #half: number;
  readonly #real: Float64Array;
  readonly #imaginary: Float64Array;
  readonly #reversed: Uint32Array;
  /** Of each width of butterflies behind each other, and last those that part the two halves. */
  readonly #cos: Float64Array;
  readonly #sin: Float64Array;

  /** `size` is a power of two. */
  constructor(readonly size: number) {
    if (size < 4 || (size & (size - 1)) !== 0) throw new RangeError(`expected a power of two from 4, got ${size}`);
    const half = size >> 1;
    this.#half = half;
    [this.#real, this.#imaginary] = [new Float64Array(half), new Float64Array(half)];
    [this.#cos, this.#sin] = [new Float64Array(size), new Float64Array(size)];
    for (let count = 1; count <= half; count *= 2) {
      for (let index = 0; index < count; index++) {
        this.#cos[count + index] = Math.cos((Math.PI * index) / count);
        this.#sin[count + index] = Math.sin((Math.PI * index) / count);
      }
    }
    this.#reversed = new Uint32Array(half);
    for (let index = 1; index < half; index++)
      this.#reversed[index] = (this.#reversed[index >> 1]! >> 1) | ((index & 1) * (half >> 1));
  }

  /** Adds the squared size of lines 0 … size / 2 - 1 of `values` to `powers`. */
  addPowers(values: Float64Array, powers: Float64Array): void {
    this.#load(values);
    for (let count = 1; count < this.#half; count *= 2) this.#butterflies(count);
    this.#part(powers);
  }

  #load(values: Float64Array): void {
    const [real, imaginary, reversed] = [this.#real, this.#imaginary, this.#reversed];
    for (let index = 0; index < reversed.length; index++) {
      const from = 2 * reversed[index]!;
      real[index] = values[from]!;
      imaginary[index] = values[from + 1]!;
    }
  }

  #butterflies(count: number): void {
    const [real, imaginary, cos, sin] = [this.#real, this.#imaginary, this.#cos, this.#sin];
    for (let start = 0; start < this.#half; start += 2 * count) {
      for (let low = start; low < start + count; low++) {
        const high = low + count;
        const at = count + low - start;
        const [c, s, x, y] = [cos[at]!, sin[at]!, real[high]!, imaginary[high]!];
        const re = x * c + y * s;
        const im = y * c - x * s;
        real[high] = real[low]! - re;
        imaginary[high] = imaginary[low]! - im;
        real[low]! += re;
        imaginary[low]! += im;
      }
    }
  }

  /** The spectra of the even and of the odd places lie over each other: one mirrored, one turned. */
  #part(powers: Float64Array): void {
    const [real, imaginary, half] = [this.#real, this.#imaginary, this.#half];
    powers[0]! += (real[0]! + imaginary[0]!) ** 2;
    for (let index = 1; index < half; index++) {
      const mirror = half - index;
      const [c, s] = [this.#cos[half + index]!, this.#sin[half + index]!];
      const evenRe = (real[index]! + real[mirror]!) / 2;
      const evenIm = (imaginary[index]! - imaginary[mirror]!) / 2;
      const oddRe = (imaginary[index]! + imaginary[mirror]!) / 2;
      const oddIm = (real[mirror]! - real[index]!) / 2;
      const re = evenRe + oddRe * c + oddIm * s;
      const im = evenIm + oddIm * c - oddRe * s;
      powers[index]! += re * re + im * im;
    }
  }
}
