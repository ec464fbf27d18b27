/** The properties of requests, for as long as `FUZZ_RUNS` says. Nothing else of the test run takes this long. */
import { everyRequestIsAccepted, prefixesStay, rulesThatRefuse } from '../fixtures/requestProperties';

const runs = Number(process.env['FUZZ_RUNS'] ?? 20_000);

describe(`${runs} random requests`, function () {
  this.timeout(0);

  it('are accepted', () => everyRequestIsAccepted(runs));
  it('begin with the bytes of the turn before', () => prefixesStay(runs));
  it('are refused once broken', () => {
    const seen = [...rulesThatRefuse(runs)].sort(([, one], [, other]) => other - one);
    console.log(seen.map(([rule, count]) => `      ${rule} ${count}`).join('\n'));
  });
});
