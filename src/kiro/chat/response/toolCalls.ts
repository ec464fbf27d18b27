import { isRecord, parseJson } from '../../../base/json';
import type { ReplyPart } from '../conversation';
import type { ServiceEvent } from './events';

type Input = Record<string, unknown>;
type Fragment = Extract<ServiceEvent, { kind: 'toolInput' }>;
type CallPart = Extract<ReplyPart, { kind: 'toolCall' | 'truncatedCall' | 'malformedCall' }>;

interface Call {
  name: string | undefined;
  /** Pieces of JSON text, to be joined. */
  json: string;
  /** Some replies carry growing objects instead: the last one counts. */
  snapshot: Input | undefined;
}

/** Joins the fragments of the tool calls of one reply. Calls may interleave; they are told apart by their id. */
export class ToolCalls {
  private readonly open = new Map<string, Call>();
  private readonly finished = new Map<string, Call>();
  private latest: string | undefined;

  /** Takes a fragment; returns the call once it is complete. */
  add(fragment: Fragment): CallPart | undefined {
    // A fragment without id belongs to the call that was written last.
    const id = fragment.id ?? this.latest;
    if (id === undefined) return undefined;
    this.latest = id;
    const call = this.open.get(id) ?? { name: undefined, json: '', snapshot: undefined };
    this.open.set(id, call);
    call.name ??= fragment.name;
    if (typeof fragment.input === 'string') call.json += fragment.input;
    else if (fragment.input) call.snapshot = fragment.input;
    if (!fragment.stop) return undefined;
    this.open.delete(id);
    this.latest = [...this.open.keys()].at(-1);
    return this.finish(id, call);
  }

  /** Whether the arguments of a call have begun and not ended. */
  isInArguments(): boolean {
    return [...this.open.values()].some(hasInput);
  }

  /**
   * The calls that never came to their end. At the end of a complete reply that is nothing but a missing mark where the
   * arguments are whole, or where there are none and the tool `needsInput` of no kind.
   */
  end(reply: 'complete' | 'cut-short', needsInput: (tool: string) => boolean): CallPart[] {
    return [...this.open].flatMap(([id, call]) => {
      const { name, json, snapshot } = call;
      const isWhole = hasInput(call) ? !snapshot && isRecord(parseJson(json)) : name && !needsInput(name);
      if (reply === 'complete' && isWhole) return this.finish(id, call) ?? [];
      return this.isRepeat(id, call) ? [] : [{ kind: 'truncatedCall', name }];
    });
  }

  private finish(id: string, call: Call): CallPart | undefined {
    if (this.isRepeat(id, call)) return undefined;
    let ownId = id;
    for (let count = 2; this.finished.has(ownId); count++) ownId = `${id}-${count}`;
    this.finished.set(ownId, call);
    return partOf(ownId, call);
  }

  // What follows a call's end under its id repeats it, as far as it goes: reporting it again would run the tool twice.
  private isRepeat(id: string, { name, json, snapshot }: Call): boolean {
    const first = this.finished.get(id);
    if (!first || (name ?? first.name) !== first.name || !first.json.startsWith(json)) return false;
    return snapshot === undefined || JSON.stringify(snapshot) === JSON.stringify(first.snapshot);
  }
}

const hasInput = ({ json, snapshot }: Call): boolean => json.trim() !== '' || snapshot !== undefined;

function partOf(id: string, { name, json, snapshot }: Call): CallPart {
  // No input at all is a complete call without arguments. Text and objects in one call contradict each other: which
  // of them the model meant is a guess, and a guess must not be run.
  const isContradiction = json.trim() !== '' && snapshot !== undefined;
  const input = snapshot ?? (json.trim() === '' ? {} : parseJson(json));
  if (name === undefined || isContradiction || !isRecord(input)) return { kind: 'malformedCall', name };
  return { kind: 'toolCall', id, name, input };
}
