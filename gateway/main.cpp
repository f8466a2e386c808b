#include "model/result.hpp"
int main() { return 0; }
