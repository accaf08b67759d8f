// Answers for each line, a JSON list of flag, argument and values: the values afterwards, "E" where Helm refuses.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"

	"helm.sh/helm/v3/pkg/strvals"
)

func set(flag, argument string, values map[string]interface{}) error {
	switch flag {
	case "--set":
		return strvals.ParseInto(argument, values)
	case "--set-string":
		return strvals.ParseIntoString(argument, values)
	case "--set-json":
		return strvals.ParseJSON(argument, values)
	case "--set-literal":
		return strvals.ParseLiteralInto(argument, values)
	}
	read := func(path []rune) (interface{}, error) { return "file " + string(path), nil }
	return strvals.ParseIntoFile(argument, values, read)
}

func answer(line []byte) string {
	var question struct {
		Flag, Argument string
		Values         map[string]interface{}
	}
	if err := json.Unmarshal(line, &question); err != nil {
		return err.Error()
	}
	if err := set(question.Flag, question.Argument, question.Values); err != nil {
		return "E"
	}
	text, err := json.Marshal(question.Values)
	if err != nil {
		return err.Error()
	}
	return string(text)
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	for lines.Scan() {
		fmt.Fprintln(out, answer(lines.Bytes()))
	}
}
