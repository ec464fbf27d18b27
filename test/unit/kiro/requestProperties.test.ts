import assert from 'node:assert/strict';
import { everyRequestIsAccepted, prefixesStay, rulesThatRefuse } from '../../fixtures/requestProperties';

describe('every request', function () {
  // A slice that fits a check before every commit; `npm run fuzz` runs as many as are wanted.
  this.timeout(120_000);

  it('is accepted, whatever the conversation was', () => everyRequestIsAccepted(1_000));
  it('begins with the bytes of the turn before', () => prefixesStay(500));
  it('is refused by many a rule once something in it is broken', () => {
    const seen = rulesThatRefuse(700);
    assert.ok(seen.size > 20, [...seen.keys()].join(', '));
  });
});
