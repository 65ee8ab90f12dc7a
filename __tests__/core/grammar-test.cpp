#include "grammar/gbnf.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <random>

#include "check.h"
#include "engine-subject.h"
#include "grammar/token-grammar.h"
#include "llama-cpp.h"
#include "platform/backend.h"

using namespace corrsteer;

namespace {

std::shared_ptr<const grammar> read(const std::string & text) {
    return std::make_shared<const grammar>(parse_gbnf(text));
}

enum class verdict { refused, begun, whole };

verdict of(const std::string & rules, const std::string & text) {
    grammar_matcher matcher(read(rules));
    for (const char byte : text) {
        if (!matcher.feed(byte)) return verdict::refused;
    }
    return matcher.may_end() ? verdict::whole : verdict::begun;
}

bool is(const std::string & rules, const std::string & text) {
    return of(rules, text) == verdict::whole;
}

/// Bytes of which llama.cpp takes some for characters that are none, and the byte 0 for the end of a text.
bool is_odd(const std::string & piece) {
    return piece.find('\0') != std::string::npos || piece.find_first_of("\xc0\xc1\xe0\xed") != std::string::npos ||
           std::any_of(piece.begin(), piece.end(), [](unsigned char byte) { return byte >= 0xf0; });
}

std::vector<llama_token> allowed_by_llama_cpp(const model & model, llama_sampler * sampler) {
    std::vector<llama_token_data> all;
    for (llama_token token = 0; token < model.info().n_vocab; token++) all.push_back({token, 0, 0});
    llama_token_data_array array = {all.data(), all.size(), -1, false};
    llama_sampler_apply(sampler, &array);
    std::vector<llama_token> allowed;
    for (const auto & each : all) {
        if (std::isfinite(each.logit)) allowed.push_back(each.id);
    }
    return allowed;
}

/// Along random answers, token by token.
void check_against_llama_cpp(const model & model, const std::string & rules, int n_answers) {
    std::mt19937 random(7);
    const auto is_other = [&](llama_token token) {
        const std::string piece = model.piece(token, false);
        return !model.ends_generation(token) && (piece.empty() || is_odd(piece));
    };
    const auto drop_others = [&](std::vector<llama_token> & tokens) {
        tokens.erase(std::remove_if(tokens.begin(), tokens.end(), is_other), tokens.end());
        std::sort(tokens.begin(), tokens.end());
    };
    for (int answer = 0; answer < n_answers; answer++) {
        token_grammar ours(read(rules), model.pieces());
        const llama_sampler_ptr theirs(
            llama_sampler_init_grammar(llama_model_get_vocab(model.get()), rules.c_str(), "root"));
        for (int i = 0; i < 30; i++) {
            std::vector<llama_token> expected = allowed_by_llama_cpp(model, theirs.get());
            drop_others(expected);
            if (expected.empty()) break;
            std::vector<llama_token> actual = ours.allowed({});
            for (const llama_token token : actual) CHECK(ours.allows(token));
            drop_others(actual);
            CHECK(actual == expected);
            const llama_token next = expected[random() % expected.size()];
            if (model.ends_generation(next)) break;
            llama_sampler_accept(theirs.get(), next);
            ours.accept(next);
        }
    }
}

const std::string json = R"(root ::= object
value ::= object | array | string | number | ("true" | "false" | "null") ws
object ::= "{" ws (string ":" ws value ("," ws string ":" ws value)*)? "}" ws
array ::= "[" ws (value ("," ws value)*)? "]" ws
string ::= "\"" ([^"\\\x7F\x00-\x1F] | "\\" (["\\bfnrt] | "u" [0-9a-fA-F]{4}))* "\"" ws
number ::= ("-"? ([0-9] | [1-9] [0-9]{0,15})) ("." [0-9]+)? ([eE] [-+]? [0-9] [1-9]{0,15})? ws
ws ::= | " " | "\n" [ \t]{0,20}
)";

} // namespace

TEST("texts are of a grammar, begin one, or do neither") {
    const std::string list = "root ::= item (\", \" item)* # of words\nitem ::= [a-z]+ | \"(\" root \")\"\n";
    CHECK(of(list, "ab, (c, d)") == verdict::whole);
    CHECK(of(list, "ab, ") == verdict::begun);
    CHECK(of(list, "ab,c") == verdict::refused);
    CHECK(of(list, "") == verdict::begun);
    CHECK(is(json, R"({"a": [1, -2.5e3, "x\u00e9\n", {}], "b":null})"));
    CHECK(of(json, R"({"a" 1)") == verdict::refused);
}

TEST("repetitions count") {
    for (const auto & [repetition, least, most] : std::vector<std::tuple<std::string, int, int>>{{"*", 0, 9},
                                                                                                 {"+", 1, 9},
                                                                                                 {"?", 0, 1},
                                                                                                 {"{2}", 2, 2},
                                                                                                 {"{2,}", 2, 9},
                                                                                                 {"{1,3}", 1, 3},
                                                                                                 {"{0,0}", 0, 0},
                                                                                                 {"{ 2 , 3 }", 2, 3},
                                                                                                 {"{2}{2}", 4, 4},
                                                                                                 {"?*", 0, 9}}) {
        for (const std::string one : {"\"a\"", "[a]", "(\"a\" | \"b\")", "one", "(\"\" \"a\")"}) {
            const std::string rules = "root ::= \"<\" " + one + repetition + " \">\"\none ::= \"a\"\n";
            for (int n = 0; n < 9; n++) {
                CHECK(is(rules, "<" + std::string(static_cast<size_t>(n), 'a') + ">") == (n >= least && n <= most));
            }
        }
    }
    CHECK(is("root ::= \"ab\"{2}", "abab"));
    CHECK(is("root ::= (\"a\"?){3} \"b\"", "aab"));
    CHECK(is("root ::= (\"a\"?){3} \"b\"", "b"));
    CHECK(!is("root ::= (\"a\"?){3} \"b\"", "aaaab"));
}

TEST("a hundred thousand repetitions cost what is there of them") {
    const std::string rules = "root ::= [a-z]{0,100000} (\"x\" | [0-9]){1,100000} \"!\"";
    CHECK(is(rules, std::string(500, 'x') + "7!"));
    CHECK(!is(rules, std::string(500, 'y') + "!"));
    CHECK(!is("root ::= [a-z]{5,100000}", "abcd"));
}

TEST("rules may call themselves first, and be empty in circles") {
    const std::string sum = "root ::= root \"+\" [0-9] | [0-9]";
    CHECK(is(sum, "1+2+3"));
    CHECK(of(sum, "1+") == verdict::begun);
    const std::string circle = "root ::= e root \"x\" | \"y\" | e e\ne ::= f\nf ::= e | \"\" | root";
    CHECK(is(circle, "yx"));
    CHECK(is(circle, "yxxyx"));
    CHECK(is(circle, ""));
    CHECK(of(circle, "z") == verdict::refused);
}

TEST("what can be read in ever more ways takes no more than its square") {
    const auto begin = std::chrono::steady_clock::now();
    const std::string rules = "root ::= \"a\" root \"a\" | \"a\" root \"b\" | \"\"";
    CHECK(is(rules, std::string(400, 'a') + std::string(399, 'b') + "a"));
    CHECK(is("root ::= [a]* [a]* [a]* [a]*", std::string(300, 'a')));
    CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(10));
}

TEST("what takes too much memory, or a step too much time, ends with an error") {
    grammar_matcher matcher(read("root ::= \"a\" root root | \"a\" root | \"a\""));
    CHECK(check::throws_code("ERR_GRAMMAR", [&] {
        for (int i = 0; i < 100000; i++) matcher.feed('a');
    }));
}

TEST("characters are whole, however their bytes come") {
    const std::string rules = "root ::= [\u00e0-\u00ff\u20ac] [^\\x00-\\x7F] .";
    CHECK(is(rules, "\u20ac\u00e9\U0001f600"));
    CHECK(of(rules, "\u20ac\u00e9\xf0\x9f") == verdict::begun);
    CHECK(of(rules, "\xe2\x83") == verdict::refused);         // no character there begins so
    CHECK(of(rules, "\u20ac\xc1") == verdict::refused);       // another way to write ASCII
    CHECK(of(rules, "\u20ac\xe0\x9f") == verdict::refused);   // and of two bytes
    CHECK(of(rules, "\u20ac\xed\xa0") == verdict::refused);   // half a surrogate pair
    CHECK(of(rules, "\u20ac\xf4\x90") == verdict::refused);   // beyond the last
    CHECK(of(rules, "\u20ac\u00e9\x80") == verdict::refused); // not the beginning of one
    CHECK(of(rules, "\u20ac\xc3z") == verdict::refused);      // cut short
    CHECK(is("root ::= \"\\x41\\u00e9\\U0001F600\\n\\\"\"", "A\u00e9\U0001f600\n\""));
    CHECK(is("root ::= [\\]a\\-^-]+", "]-^a"));
    CHECK(!is("root ::= [^a-c]", "b"));
}

TEST("of alternatives that never end none is begun") {
    const std::string rules = "root ::= \"a\" loop | \"b\" loop? | [^\\x00-\\U0010FFFF] | \"c\"\nloop ::= \"x\" loop";
    CHECK(of(rules, "a") == verdict::refused);
    CHECK(is(rules, "b"));
    CHECK(of(rules, "bx") == verdict::refused);
    CHECK(is(rules, "c"));
}

TEST("refuses what is no grammar, and says where") {
    for (const std::string text : {"",
                                   "root",
                                   "root = \"a\"",
                                   "other ::= \"a\"",
                                   "root ::= other",
                                   "root ::= \"a",
                                   "root ::= [a",
                                   "root ::= []",
                                   "root ::= [^]",
                                   "root ::= (\"a\"",
                                   "root ::= \"a\")",
                                   "root ::= *",
                                   "root ::= \"\"*",
                                   "root ::= \"a\"{",
                                   "root ::= \"a\"{2",
                                   "root ::= \"a\"{3,2}",
                                   "root ::= \"a\"{-1}",
                                   "root ::= \"a\"{99999999999}",
                                   "root ::= \"\\q\"",
                                   "root ::= \"\\x4\"",
                                   "root ::= \"\\",
                                   "root ::= <think>",
                                   "root ::= !<[5]>",
                                   "root ::= \"a\"\nroot ::= \"b\"",
                                   "root ::= root",
                                   "root ::= \"a\" root",
                                   "root ::= [\\uD800]",
                                   "root ::= \"a\" ; \"b\""}) {
        CHECK(check::throws_code("ERR_GRAMMAR", [&] { read(text); }));
    }
    std::string deep = "root ::= ";
    for (int i = 0; i < 100000; i++) deep += "(";
    CHECK(check::throws_code("ERR_GRAMMAR", [&] { read(deep); }));
    CHECK(check::throws_code("ERR_GRAMMAR", [&] { read("root ::= \"" + std::string(1 << 20, 'a') + "\""); }));
    CHECK(check::throws_code("ERR_GRAMMAR", [&] { read(std::string("root ::= \"a\"\0", 13)); }));
    std::string chain = "root ::= r0\n"; // of rules each of which calls the next
    for (int i = 0; i < 2000; i++) chain += "r" + std::to_string(i) + " ::= r" + std::to_string(i + 1) + "\n";
    CHECK(is(chain + "r2000 ::= \"a\"\n", "a"));
}

TEST("allows the tokens that llama.cpp allows") {
    const auto model = fixture::load("llama");
    for (const std::string & rules : {
             std::string("root ::= \"yes\" | \"no\" | \"maybe \" [a-z]+"),
             std::string("root ::= ([a-e] \" \"?){3,9} \".\"?"),
             std::string("root ::= [^\"]{2,6} \"\\\"\" [\u00e9\u20ac\U0001f600]*"),
             std::string("root ::= \"a\"? (\"a\" | \"ab\" | \"abc\")* x\nx ::= \"c\" x \"d\" | [0-9]"),
             std::string(json),
         })
        check_against_llama_cpp(*model, rules, 20);
}

int main() {
    load_backends(std::getenv("CORRSTEER_LIBRARIES"), {});
    return check::run_all();
}
