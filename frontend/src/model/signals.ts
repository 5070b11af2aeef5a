/** Signals: computed tags as the server has them, what a preview of one shows, and how raw values of a tag are scaled. Pure. */

import { asText, fieldsOf, isObject, items, type Json, type JsonObject, maybeNumber, texts } from "../protocol/json";

export interface Signal {
  readonly id: number;
  readonly tag: string;
  readonly expression: string;
  readonly unit: string;
  readonly label: string;
  /** Defined in a file of the server: cannot be changed here. */
  readonly isFixed: boolean;
  /** What is wrong with it; empty = nothing. */
  readonly why: string;
  readonly late: number;
  readonly skipped: number;
}

export type SignalForm = Pick<Signal, "tag" | "expression" | "unit" | "label">;

export function decodeSignal(fields: JsonObject, id: number): Signal {
  return {
    id,
    tag: asText(fields["tag"]),
    expression: asText(fields["expression"]),
    unit: asText(fields["unit"]),
    label: asText(fields["label"]),
    isFixed: fields["fixed"] === true,
    why: asText(fields["why"]),
    late: maybeNumber(fields["late"]) ?? 0,
    skipped: maybeNumber(fields["skipped"]) ?? 0,
  };
}

export interface Preview {
  /** False = the expression cannot be read; `why` says what is wrong. */
  readonly isReadable: boolean;
  readonly times: readonly number[];
  /** NaN is a gap. */
  readonly values: readonly number[];
  readonly isBoolean: boolean;
  /** Tags that do not exist yet. */
  readonly unknown: readonly string[];
  readonly why: string;
  /** The character of the expression that `why` means. */
  readonly position: number | null;
}

export function decodePreview(value: Json): Preview {
  const fields = fieldsOf(value);
  return {
    isReadable: fields["readable"] !== false,
    times: items(fields["time"]).map((one) => maybeNumber(one) ?? NaN),
    values: items(fields["value"]).map((one) => maybeNumber(one) ?? NaN),
    isBoolean: fields["boolean"] === true,
    unknown: texts(fields["unknown"]),
    why: asText(fields["why"]),
    position: maybeNumber(fields["position"]),
  };
}

/** An SVG path of values over time in a box of `width` × `height`, interrupted at gaps; values hold until the next. */
export function previewPath({ times, values }: Preview, width: number, height: number): string {
  const known = values.filter((value) => !Number.isNaN(value));
  const [start, end] = [times[0] ?? 0, times[times.length - 1] ?? 0];
  if (known.length < 2 || end <= start) return "";
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const x = (time: number): string => (((time - start) / (end - start)) * width).toFixed(1);
  const y = (value: number): string =>
    (high > low ? (1 - (value - low) / (high - low)) * height : height / 2).toFixed(1);
  let path = "";
  let isDrawing = false;
  times.forEach((time, index) => {
    const value = values[index]!;
    if (Number.isNaN(value)) path += isDrawing ? `H${x(time)}` : "";
    else path += isDrawing ? `H${x(time)}V${y(value)}` : `M${x(time)},${y(value)}`;
    isDrawing = !Number.isNaN(value);
  });
  return path;
}

const CONTEXT = 24;

/** The part of an expression around a character, and the line below it that points there. */
export function pointAt(expression: string, position: number): { readonly text: string; readonly mark: string } {
  const from = Math.max(0, position - CONTEXT);
  const before = from > 0 ? "…" : "";
  const text = before + expression.slice(from, position + CONTEXT).replace(/\s/g, " ");
  return { text, mark: `${" ".repeat(before.length + position - from)}^` };
}

/** What the form of a scaling holds, as it was typed; empty = not set. */
export interface ScalingForm {
  readonly rawLow: string;
  readonly rawHigh: string;
  readonly low: string;
  readonly high: string;
  readonly unit: string;
  readonly wrap: string;
  readonly keepsRaw: boolean;
}

const NO_SCALING: ScalingForm = { rawLow: "", rawHigh: "", low: "", high: "", unit: "", wrap: "", keepsRaw: false };

/** What counts now, of a device's gain and offset as the range from 0 to 1. */
export function readScaling(value: Json): { readonly form: ScalingForm; readonly isOurs: boolean } {
  const fields = fieldsOf(value);
  const counts = fieldsOf(fields["scaling"]);
  const text = (name: string): string => {
    const number = maybeNumber(counts[name]);
    return number === null ? "" : String(number);
  };
  const gain = maybeNumber(counts["gain"]);
  const offset = maybeNumber(counts["offset"]);
  const line = gain === null && offset === null ? [] : [0, 1, offset ?? 0, (gain ?? 1) + (offset ?? 0)];
  const ends = (Array.isArray(counts["range"]) ? items(counts["range"]).map(maybeNumber) : line).map((end) =>
    end === null ? "" : String(end),
  );
  return {
    form: {
      ...NO_SCALING,
      rawLow: ends[0] ?? "",
      rawHigh: ends[1] ?? "",
      low: ends[2] ?? "",
      high: ends[3] ?? "",
      unit: asText(counts["unit"]),
      wrap: text("wrap"),
      keepsRaw: counts["raw"] === true,
    },
    isOurs: isObject(fields["set"]) && Object.keys(fields["set"]).length > 0,
  };
}

/** The body that sets a scaling, or what is wrong with the form. */
export function scalingBody(form: ScalingForm): { readonly body: string } | { readonly problem: string } {
  const ends = [form.rawLow, form.rawHigh, form.low, form.high].map(numberIn);
  const wrap = numberIn(form.wrap);
  const given = ends.filter((end) => end !== null).length;
  if ([...ends, wrap].some((end) => end !== null && Number.isNaN(end)))
    return { problem: "Expected numbers, such as 27648 or 0.5." };
  if (given !== 0 && given !== ends.length) return { problem: "Expected all four ends of the range, or none." };
  const unit = form.unit.trim();
  return {
    body: JSON.stringify({
      ...(given === 0 ? {} : { range: ends }),
      ...(wrap === null ? {} : { wrap }),
      ...(unit === "" ? {} : { unit }),
      ...(form.keepsRaw ? { raw: true } : {}),
    }),
  };
}

/** `null` = nothing typed, NaN = no number. */
function numberIn(text: string): number | null {
  const trimmed = text.trim().replace(",", ".");
  return trimmed === "" ? null : Number(trimmed);
}
