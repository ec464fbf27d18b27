import type { ReceivedChat } from './received';
import type { Step } from './steps';

/** One answer, whole or in parts. */
export type Script = (Step | Step[])[];

/** The answers a test has prepared, used in order; one with a condition waits for the request that meets it. */
export class ScriptQueue {
  /** Requests that came although nothing was prepared for them. */
  readonly unscripted: ReceivedChat[] = [];
  readonly #queue: { applies: (chat: ReceivedChat) => boolean; steps: Step[] }[] = [];

  get left(): number {
    return this.#queue.length;
  }

  add(script: Script, applies: (chat: ReceivedChat) => boolean = () => true): void {
    this.#queue.push({ applies, steps: script.flat() });
  }

  /** Forgets what was prepared and what came without. */
  clear(): void {
    this.#queue.length = 0;
    this.unscripted.length = 0;
  }

  take(chat: ReceivedChat): Step[] | undefined {
    const index = this.#queue.findIndex(({ applies }) => applies(chat));
    return index < 0 ? undefined : this.#queue.splice(index, 1)[0]?.steps;
  }
}
