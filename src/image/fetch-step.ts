/** How a build reports that the builder could not fetch its script. No step of a build script has this name. */
export const fetchStep = "fetch_build_script";
