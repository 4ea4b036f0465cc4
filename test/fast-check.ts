import fc from "fast-check";

/**
 * The same random input in every run, so that a rare fault of one change does not stop another. To hunt for more:
 * `FAST_CHECK_SEED=$RANDOM npm test`.
 */
fc.configureGlobal({ seed: Number(process.env["FAST_CHECK_SEED"] ?? 1) });

export default fc;
