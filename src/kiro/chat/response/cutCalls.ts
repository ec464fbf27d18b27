import { Recent } from '../../../base/recent';

/** How often in a row a conversation may be told that a tool call was cut off; a model that goes on so will not learn it. */
const mostInARow = 3;

/** Counts the replies of each conversation that ended in a cut-off call, one after the other. */
export class CutCalls {
  private readonly inARow = new Recent<number>(100);

  /** A reply ended so. True while the model may be told to try again in smaller steps. */
  cut(conversationId: string): boolean {
    const count = (this.inARow.get(conversationId) ?? 0) + 1;
    this.inARow.set(conversationId, count);
    return count <= mostInARow;
  }

  /** A reply was whole. */
  whole(conversationId: string): void {
    this.inARow.delete(conversationId);
  }
}
