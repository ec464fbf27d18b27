import { parseJson } from '../../../base/json';
import type { ServiceEvent } from './events';

type Input = Record<string, unknown>;
type Fragment = Extract<ServiceEvent, { kind: 'toolInput' }>;

type FinishedCall =
  | { kind: 'toolCall'; id: string; name: string; input: Input }
  | { kind: 'truncatedCall'; name: string | undefined };

interface OpenCall {
  name: string | undefined;
  /** Pieces of JSON text, to be joined. */
  json: string;
  /** Some replies carry growing objects instead: the last one counts. */
  snapshot: Input | undefined;
}

/** Joins the fragments of the tool calls of one reply. Calls may interleave; they are told apart by their id. */
export class ToolCalls {
  private readonly open = new Map<string, OpenCall>();
  private readonly finished = new Set<string>();
  private latest: string | undefined;

  /** Takes a fragment; returns the call once it is complete. */
  add(fragment: Fragment): FinishedCall | undefined {
    // A fragment without id belongs to the call that was written last.
    const id = fragment.id ?? this.latest;
    // What follows a call's end under its id repeats it: reporting it again would run the tool twice.
    if (id === undefined || this.finished.has(id)) return undefined;
    this.latest = id;
    const call = this.open.get(id) ?? { name: undefined, json: '', snapshot: undefined };
    this.open.set(id, call);
    call.name ??= fragment.name;
    if (typeof fragment.input === 'string') call.json += fragment.input;
    else if (fragment.input) call.snapshot = fragment.input;
    if (!fragment.stop) return undefined;
    this.open.delete(id);
    this.finished.add(id);
    this.latest = [...this.open.keys()].at(-1);
    return finish(id, call);
  }

  /** Calls that never came to their end. One without any input is no call at all. */
  cutOff(): FinishedCall[] {
    return [...this.open.values()]
      .filter((call) => call.json !== '' || call.snapshot)
      .map((call) => ({ kind: 'truncatedCall', name: call.name }));
  }
}

function finish(id: string, { name, json, snapshot }: OpenCall): FinishedCall {
  // No input at all is a complete call without arguments. Text and objects in one call contradict each other: which
  // of them the model meant is a guess, and a guess must not be run.
  if (json.trim() !== '' && snapshot) return { kind: 'truncatedCall', name };
  const input = snapshot ?? (json.trim() === '' ? {} : parseJson(json));
  const isObject = typeof input === 'object' && input !== null && !Array.isArray(input);
  if (name === undefined || !isObject) return { kind: 'truncatedCall', name };
  return { kind: 'toolCall', id, name, input: input as Input };
}
