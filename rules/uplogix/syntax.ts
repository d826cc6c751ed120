/** What Uplogix rule text says, as far as the public documentation shows its grammar, and what an importer has to say about it. */

export const REMARK_KINDS = ['fault', 'unexpressed', 'needs', 'skipped'] as const;

/**
 * `fault`: the text is wrong, and how it was read; `unexpressed`: right, and without a form here; `needs`: taken over, and
 * of use only with what is named; `skipped`: says nothing about rules.
 */
export type RemarkKind = (typeof REMARK_KINDS)[number];

export interface Remark {
  /** Line of the text, from 1. */
  readonly line: number;
  readonly kind: RemarkKind;
  /** Names one kind of remark, such as `missing-connector`. */
  readonly code: string;
  readonly text: string;
}

export type Scope = 'system' | 'monitor';

/** `:3i`: so many intervals in a row; `:2m`: so many minutes without a break. */
export interface Window {
  readonly count: number;
  readonly unit: 'i' | 'm';
}

export type Comparison = '=' | '>' | '<' | '>=' | '<=';

export type Test =
  | { readonly kind: 'true' }
  | {
      readonly kind: 'field';
      readonly field: string;
      readonly operator: 'equals' | 'matches' | 'max' | 'min';
      readonly value: string;
    }
  | { readonly kind: 'percent'; readonly field: string; readonly ratio: number; readonly of: string }
  | { readonly kind: 'hasValue'; readonly scope: Scope; readonly name: string }
  | {
      readonly kind: 'compare';
      readonly scope: Scope;
      readonly name: string;
      readonly comparison: Comparison;
      readonly value: string;
    }
  | { readonly kind: 'hasRun'; readonly action: string; readonly window: Window };

export interface ConditionLine {
  readonly line: number;
  readonly negated: boolean;
  readonly test: Test;
  readonly window?: Window;
  /** Joins this line with the next. */
  readonly connector?: 'AND' | 'OR';
}

/** An action as written: its name and what stands behind it. */
export interface ActionLine {
  readonly line: number;
  readonly name: string;
  readonly rest: string;
}

export interface RuleText {
  readonly line: number;
  readonly name: string;
  readonly description?: string;
  /** RFC 3339. */
  readonly activeFrom?: string;
  readonly activeUntil?: string;
  readonly conditions: readonly ConditionLine[];
  readonly actions: readonly ActionLine[];
  /** A line of its conditions could not be read: it would fire at other times than meant. */
  readonly broken: boolean;
}

/** Stages in order, each of names that are judged in parallel. */
export type Stages = readonly (readonly string[])[];

export interface RulesetText {
  readonly line: number;
  readonly name: string;
  readonly description?: string;
  readonly stages: Stages;
}

export interface MonitorText {
  readonly line: number;
  readonly object: string;
  readonly instance?: string;
  /** Of the prompt before the line, such as `1/1`. */
  readonly port?: string;
  readonly stages: Stages;
  readonly everySeconds: number;
}

export interface UplogixText {
  readonly rules: readonly RuleText[];
  readonly rulesets: readonly RulesetText[];
  readonly monitors: readonly MonitorText[];
  readonly remarks: readonly Remark[];
  /** Lines that have a part in what stands above. */
  readonly understood: ReadonlySet<number>;
}

/** How a parser tells what is wrong. */
export type Tell = (line: number, kind: RemarkKind, code: string, text: string) => void;
