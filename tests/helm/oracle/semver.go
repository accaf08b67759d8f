// Answers for each line "constraint TAB version": whether the constraint takes the version, "E" where one of both cannot
// be read.
package main

import (
	"bufio"
	"fmt"
	"os"
	"strings"

	"github.com/Masterminds/semver/v3"
)

func answer(line string) string {
	constraint, version, _ := strings.Cut(line, "\t")
	v, err := semver.NewVersion(version)
	if err != nil {
		return "E"
	}
	c, err := semver.NewConstraint(constraint)
	if err != nil {
		return "E"
	}
	if c.Check(v) {
		return "1"
	}
	return "0"
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	for lines.Scan() {
		fmt.Fprintln(out, answer(lines.Text()))
	}
}
