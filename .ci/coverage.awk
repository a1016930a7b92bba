# Prints the line coverage that several Cobertura files tell together, and the ten least covered files: awk -f coverage.awk FILE...
BEGIN { FS = "\"" }
function value(name, at) {
    for (at = 1; at < NF; at++) if ($at ~ "(^| )" name "=$") return $(at + 1)
}
/<class / { file = value("filename"); sub(/.*Mued\.PsDb\.Core\//, "", file) }
/<line / {
    line = file SUBSEP value("number")
    if (!(line in hit)) { hit[line] = 0; lines[file]++; total++ }
    if (!hit[line] && value("hits") > 0) { hit[line] = 1; covered[file]++; allCovered++ }
}
END {
    if (!total) { print "No coverage was collected."; exit 1 }
    printf "Line coverage of the engine: %.1f %% (%d of %d lines). The ten least covered files:\n", 100 * allCovered / total, allCovered, total
    for (file in lines) printf "%6.1f %% of %4d lines  %s\n", 100 * covered[file] / lines[file], lines[file], file | "sort -n | head -10"
}
