/** The properties of tool schemas, for as long as `FUZZ_RUNS` says. */
import { everySchemaIsTaken, validInputsStayValid } from '../fixtures/toolSchemas';

const runs = Number(process.env['FUZZ_RUNS'] ?? 20_000);

describe(`${runs} random tool schemas`, function () {
  this.timeout(0);

  it('are taken by draft 2020-12 as they are sent', () => everySchemaIsTaken(runs));
  it('are valid as they are sent for every input that was valid', () => {
    console.log(`      ${validInputsStayValid(runs)} valid inputs compared`);
  });
});
